"""Entities from the registry and the history, within the reader's reach."""
