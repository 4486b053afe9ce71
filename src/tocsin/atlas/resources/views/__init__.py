"""Pages of resources."""
