"""Addresses of knocking on doors."""
