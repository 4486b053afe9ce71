"""Papers printed, each with its audit entry, a few at once."""
