"""Tasks that an object has by rule, and what was done for them."""
