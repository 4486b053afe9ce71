"""Alarms, read: shown and searched, as facts for others, as figures, and what is due."""
