"""One file per editor operation, found by processing.registry: what can be done to a photo."""
