"""Sudden deaths while a light siege goes on, round after round, and what must be true after each."""
