"""Entities as the standard's documents."""
