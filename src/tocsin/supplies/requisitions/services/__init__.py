"""Writes of requisitions."""
