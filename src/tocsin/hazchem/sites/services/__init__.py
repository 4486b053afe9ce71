"""Acts upon plans of plants."""
