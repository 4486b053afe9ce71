"""Warnings that came in, read."""
