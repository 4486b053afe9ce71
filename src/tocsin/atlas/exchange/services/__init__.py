"""What changes agreements, and the log of readings."""
