"""Contact points entered, changed and imported."""
