"""Permits as people and programs read them."""
