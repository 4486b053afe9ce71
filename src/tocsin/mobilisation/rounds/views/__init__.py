"""Pages of knocking on doors."""
