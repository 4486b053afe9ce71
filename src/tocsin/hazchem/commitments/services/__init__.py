"""Commitments are signed and amended; missing ones are rung."""
