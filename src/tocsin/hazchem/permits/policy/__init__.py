"""Figures of the standard for work permits."""
