"""Duty on post in words."""
