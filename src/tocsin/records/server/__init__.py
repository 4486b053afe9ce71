"""Settings of the server: which there are, where each comes from, and those that are entered by page."""
