"""Quality in words."""
