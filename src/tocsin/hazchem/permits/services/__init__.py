"""What is written about work permits."""
