"""Tags and positions as rows, and who may see them."""
