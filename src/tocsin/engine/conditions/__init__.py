"""Conditions over several sensors and rules: where they hold, and by which of their terms."""
