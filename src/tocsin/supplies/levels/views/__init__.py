"""Pages of levels."""
