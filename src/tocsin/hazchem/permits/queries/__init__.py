"""Permits as rows, and what lacks of one."""
