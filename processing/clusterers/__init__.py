"""One file per clusterer, found by processing.registry: what the photos of a room have in common."""
