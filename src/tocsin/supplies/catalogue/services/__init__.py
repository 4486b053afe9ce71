"""Acts upon the catalogue."""
