"""Messages that could not be read, with the reason."""
