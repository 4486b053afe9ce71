"""Planned works and silences: what somebody has said beforehand about alarms of a place, for a time."""
