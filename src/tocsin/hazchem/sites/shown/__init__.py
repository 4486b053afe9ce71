"""A plant as people and programs read it."""
