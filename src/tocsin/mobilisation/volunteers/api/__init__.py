"""Volunteers for programs."""
