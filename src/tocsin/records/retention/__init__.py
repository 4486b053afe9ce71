"""How long what is kept: one list of everything, what of it would go, and the loop that lets it go."""
