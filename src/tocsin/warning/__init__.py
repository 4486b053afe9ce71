"""The detector's loop, alarms, diagnosis."""
