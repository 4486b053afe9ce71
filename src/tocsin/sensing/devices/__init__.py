"""Devices and their sensors: registered, found, changed."""
