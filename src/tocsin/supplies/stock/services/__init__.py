"""Acts upon stock."""
