"""Heights of the ground: files, tiles, pages."""
