"""How Tocsin speaks with other platforms: requests out of the house, and records as others write them."""
