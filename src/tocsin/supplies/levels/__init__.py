"""Levels: minimum, reorder point and target of each item by region, and lots to be exchanged before they expire."""
