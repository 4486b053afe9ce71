"""The catalogue as people and programs read it."""
