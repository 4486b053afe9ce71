"""Pages of plants."""
