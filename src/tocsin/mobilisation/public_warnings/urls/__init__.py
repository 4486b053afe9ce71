"""Addresses of public warnings."""
