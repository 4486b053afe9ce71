"""Rules of levels."""
