"""Alarms find their case; cases are merged, split and taken back."""
