"""What is read of supervision, by subject."""
