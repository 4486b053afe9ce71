"""Addresses of volunteers."""
