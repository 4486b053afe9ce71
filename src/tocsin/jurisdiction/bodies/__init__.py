"""Organisations, what they are competent for, and which desk stands above which."""
