"""Stock-takes as people and programs read them."""
