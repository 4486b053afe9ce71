"""Acts upon stock-takes."""
