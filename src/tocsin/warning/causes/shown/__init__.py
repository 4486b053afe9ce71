"""Causes, checks and outcomes in the reader's words."""
