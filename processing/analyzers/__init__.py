"""One file per analyzer, found by processing.registry: what one photo shows."""
