"""Emergency supplies: what there is, where, whose, and how much of it can be promised."""
