"""Dual prevention for programs."""
