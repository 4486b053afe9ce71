"""Periods are published, by the clock or by an officer, and corrected."""
