"""Taking devices in, for programs."""
