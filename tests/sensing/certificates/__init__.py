"""Certificates of devices."""
