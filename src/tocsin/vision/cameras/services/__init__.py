"""What is written about cameras."""
