"""Stock as people and programs read it."""
