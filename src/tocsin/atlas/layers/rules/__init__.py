"""Boundaries, and what a layer of the map is."""
