"""Estimates as people and programs read them."""
