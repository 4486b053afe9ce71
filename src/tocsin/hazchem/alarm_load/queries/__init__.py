"""Alarms of firms' points, in figures and in order."""
