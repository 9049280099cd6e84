"""Makes a photo better with one click, and says why: a few careful steps chosen from what its pixels look like."""
