"""Clocks of devices, and what is said again."""
