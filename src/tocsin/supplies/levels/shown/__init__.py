"""Levels as people and programs read them."""
