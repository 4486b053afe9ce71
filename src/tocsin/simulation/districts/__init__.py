"""Districts that nobody has seen: street plans, networks, climates and instruments drawn from wide ranges."""
