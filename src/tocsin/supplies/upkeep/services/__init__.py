"""Acts of upkeep."""
