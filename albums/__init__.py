"""Rooms, photos, people, albums: the database, the pages, the API."""
