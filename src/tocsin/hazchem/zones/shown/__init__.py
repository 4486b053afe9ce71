"""Zones and breaches as people and programs read them."""
