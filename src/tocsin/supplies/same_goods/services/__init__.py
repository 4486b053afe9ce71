"""Lots are compared, and one report of each goods counts."""
