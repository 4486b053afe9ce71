"""Contact points in the order of a person's choice, and the telephone book."""
