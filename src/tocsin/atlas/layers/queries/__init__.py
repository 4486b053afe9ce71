"""The base map, and the layers that a person may see."""
