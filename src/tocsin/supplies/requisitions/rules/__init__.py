"""Rules of requisitions."""
