"""The closing rule: what the measuring points of a mended case say, watched until it may be closed."""
