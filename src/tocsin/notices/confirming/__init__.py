"""Codes by which people prove that a contact point is theirs, sent there."""
