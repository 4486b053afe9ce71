"""Warnings that came in as people and programs read them."""
