"""Alarms: a condition that was met, from its first detection until it is normal again."""
