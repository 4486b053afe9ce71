"""Sources of frames and models as people and programs read them."""
