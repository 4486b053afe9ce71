"""Readings of the past, their table and its copy, and what was to be expected."""
