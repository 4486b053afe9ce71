"""Figures of installations."""
