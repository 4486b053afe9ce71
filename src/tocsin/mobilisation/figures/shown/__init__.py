"""Figures as people and programs read them."""
