"""Tables and keys as people and programs read them."""
