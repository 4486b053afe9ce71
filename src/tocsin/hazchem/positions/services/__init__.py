"""What is written of tags and positions."""
