"""Rules of allocation."""
