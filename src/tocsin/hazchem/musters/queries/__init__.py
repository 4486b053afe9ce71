"""Musters as rows, and how everybody stands."""
