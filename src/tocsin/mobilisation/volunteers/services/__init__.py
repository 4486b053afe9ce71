"""What is done with volunteers."""
