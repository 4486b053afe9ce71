"""Acts upon walks and doors."""
