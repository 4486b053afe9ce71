"""Pages of work permits."""
