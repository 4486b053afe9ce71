"""What holds of public warnings, without a database."""
