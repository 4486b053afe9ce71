"""Devices and sensors as their readers need them, and as columns for others."""
