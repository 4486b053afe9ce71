"""What is decided of risks from values alone."""
