"""Walks and doors as people and programs read them."""
