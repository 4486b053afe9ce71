"""Writing what devices say, and what follows from it."""
