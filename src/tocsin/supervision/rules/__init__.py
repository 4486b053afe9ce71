"""Pure rules of supervision, by subject."""
