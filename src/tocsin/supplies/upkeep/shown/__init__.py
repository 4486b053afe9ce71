"""Upkeep as people and programs read it."""
