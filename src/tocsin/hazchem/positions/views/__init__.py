"""Pages of tags and positions."""
