"""Units of plants are entered, measured and graded."""
