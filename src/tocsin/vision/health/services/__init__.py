"""What is written about the health of cameras."""
