"""Rules of roads."""
