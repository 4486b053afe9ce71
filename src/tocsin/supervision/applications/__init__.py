"""Firms that register themselves, and the department that takes them in or refuses them."""
