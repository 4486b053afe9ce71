"""Exposed bodies for programs."""
