"""Rosters as they stand, and who is on call."""
