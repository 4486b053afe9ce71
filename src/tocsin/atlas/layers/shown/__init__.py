"""The map in words: its catalogue, what was chosen on it."""
