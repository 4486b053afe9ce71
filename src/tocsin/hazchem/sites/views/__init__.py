"""Pages of a plant as a whole."""
