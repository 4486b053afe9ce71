"""The public and the city: what people report, what they get for it, whom the city warns, and who comes to help."""
