"""Shifts of a duty desk and their log, which only grows."""
