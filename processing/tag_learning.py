"""A word of somebody's own, learned from a few photos that carry it, and how probable it is on others."""
