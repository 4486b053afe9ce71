"""Zones and breaches as rows."""
