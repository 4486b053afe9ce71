"""Pages of public warnings: inside, and for everybody."""
