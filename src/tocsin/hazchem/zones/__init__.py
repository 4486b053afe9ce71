"""Zones of plants: what may be in them, who is, and what was broken."""
