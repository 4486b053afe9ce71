"""What is true of volunteers by itself."""
