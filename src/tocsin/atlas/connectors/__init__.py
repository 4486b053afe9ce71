"""Connectors: resources that Tocsin fetches itself, by configuration."""
