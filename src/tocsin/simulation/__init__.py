"""A city that behaves: networks, weather, faults, readings with known truth. Pure: a seed gives the same city everywhere."""
