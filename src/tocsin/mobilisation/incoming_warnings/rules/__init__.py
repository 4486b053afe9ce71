"""What holds of warnings that come in, without a database."""
