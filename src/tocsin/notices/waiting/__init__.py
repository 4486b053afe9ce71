"""What waits for me: one list with clocks for every role."""
