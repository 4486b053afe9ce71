"""Papers of supervision: each is a builder of plain values and a template of the same name beside it."""
