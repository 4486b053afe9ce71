"""A city's digital elevation model becomes the terrain of the map."""
