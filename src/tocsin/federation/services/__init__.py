"""Requests out of the house, and the secrets that they need."""
