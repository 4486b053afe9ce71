"""Rosters: who is on call when, stand-ins, leave, swaps and holes."""
