"""The base map."""
