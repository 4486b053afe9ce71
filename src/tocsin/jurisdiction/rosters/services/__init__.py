"""Rosters planned, changed hands, imported, and announced."""
