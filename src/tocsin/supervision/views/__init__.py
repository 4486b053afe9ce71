"""Pages of supervision, by subject."""
