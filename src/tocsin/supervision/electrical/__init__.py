"""Electrical danger: places that are watched, who is told of what nears its limit, and how it is answered."""
