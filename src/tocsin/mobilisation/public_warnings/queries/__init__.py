"""Public warnings read, and what they may be drafted from."""
