"""EDGE: puts the photos of a room in order, one module a concern; `room` calls them."""
