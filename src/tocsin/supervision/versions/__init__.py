"""Versions of edited policies: drafted, tried, switched on by a second person."""
