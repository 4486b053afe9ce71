"""Whom a clock that has run to a stage calls, and what goes beyond one's own level."""
