"""Reads of walks and doors."""
