"""Pages of warnings that come in."""
