"""Acts upon the register of exposed bodies."""
