"""Outlook: what may follow from a diagnosis, and what to close."""
