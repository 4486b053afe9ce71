"""Volunteers: the register, needs and calls, the way home."""
