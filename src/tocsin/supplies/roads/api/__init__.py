"""Roads for programs."""
