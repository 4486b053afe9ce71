"""Rules of upkeep."""
