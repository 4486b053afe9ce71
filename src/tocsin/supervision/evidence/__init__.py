"""Records of platforms that tell whether a firm works, and the weather beside them."""
