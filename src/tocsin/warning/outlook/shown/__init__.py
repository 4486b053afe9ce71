"""Risks, valves and cordons as people and programs read them."""
