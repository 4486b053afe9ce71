"""Supervision at a glance, for leaders."""
