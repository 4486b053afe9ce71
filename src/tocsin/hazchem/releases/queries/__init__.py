"""Cases for the engine, its answers, and who lies within them."""
