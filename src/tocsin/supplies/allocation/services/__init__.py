"""Acts upon plans."""
