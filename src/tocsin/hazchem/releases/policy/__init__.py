"""Thresholds of harm, substances, and words for what the engine answers."""
