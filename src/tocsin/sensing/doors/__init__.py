"""The doors: one module per device protocol, and what they share on the way to the log."""
