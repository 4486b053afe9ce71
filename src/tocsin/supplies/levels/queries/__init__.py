"""Reads of levels."""
