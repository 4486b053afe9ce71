"""Reads of what is known of roads."""
