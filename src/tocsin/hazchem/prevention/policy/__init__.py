"""Policies of dual prevention."""
