"""Pages of taking devices in."""
