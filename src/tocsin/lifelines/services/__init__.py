"""What is written of networks."""
