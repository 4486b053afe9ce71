"""Orders to units, and what units do with them."""
