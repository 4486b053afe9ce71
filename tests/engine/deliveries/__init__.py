"""Deliveries of data resources and their contracts."""
