"""`tocsin bench history`: a city's readings on disk, and what is asked of them."""
