"""Estimates are made and kept."""
