"""Units of plants, what is measured at them, and what they hold."""
