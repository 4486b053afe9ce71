"""Resources, their deliveries and their rows, read."""
