"""Units of plants as people and programs read them."""
