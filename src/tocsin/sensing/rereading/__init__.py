"""Reading messages again that could not be read, after what was wrong with them was mended."""
