"""Alarms and their history as people and programs read them."""
