"""Reads of requisitions."""
