"""Asking that kept messages be read again, and doing it."""
