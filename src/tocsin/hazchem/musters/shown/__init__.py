"""Musters as people and programs read them."""
