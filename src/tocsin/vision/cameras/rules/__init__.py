"""What a camera is, without a database."""
