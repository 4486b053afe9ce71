"""Devices that are asked and do not answer."""
