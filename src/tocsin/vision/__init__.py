"""Recognisers behind cameras: which cameras there are, what was seen, and that a person confirms before anything counts."""
