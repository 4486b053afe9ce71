"""What is told of on-call rosters."""
