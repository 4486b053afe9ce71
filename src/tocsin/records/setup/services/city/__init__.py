"""Settings of an area as one file."""
