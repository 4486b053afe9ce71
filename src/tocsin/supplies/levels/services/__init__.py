"""Acts upon levels."""
