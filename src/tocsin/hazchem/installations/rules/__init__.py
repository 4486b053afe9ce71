"""What installations are made of."""
