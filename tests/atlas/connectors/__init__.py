"""Connectors against servers that behave, and against those that do not."""
