"""Thresholds of harm, and substances."""
