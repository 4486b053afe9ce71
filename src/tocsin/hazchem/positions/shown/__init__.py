"""Tags and positions as people and programs read them."""
