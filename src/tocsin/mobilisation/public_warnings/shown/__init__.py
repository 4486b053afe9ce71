"""Public warnings as people and programs read them."""
