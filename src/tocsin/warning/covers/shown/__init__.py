"""Planned works and silences as people and programs read them."""
