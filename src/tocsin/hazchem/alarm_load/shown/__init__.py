"""Alarm load and online rates for pages and programs."""
