"""Keeping a city's own ground."""
