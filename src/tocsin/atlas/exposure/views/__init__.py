"""Pages of exposed bodies."""
