"""A chain of models: what one answers (rate, mass, temperature) is what the next one begins with."""
