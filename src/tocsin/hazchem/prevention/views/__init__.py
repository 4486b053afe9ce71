"""Pages of dual prevention."""
