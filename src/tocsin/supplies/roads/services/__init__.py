"""Acts upon what is known of roads."""
