"""What comes in and goes out as JSON. Nothing here writes to the database: views call services."""
