"""Reports by the public for programs."""
