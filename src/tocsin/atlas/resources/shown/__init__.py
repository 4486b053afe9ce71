"""Resources as people and programs read them."""
