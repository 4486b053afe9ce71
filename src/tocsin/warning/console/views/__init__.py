"""Pages of the console and its drawer."""
