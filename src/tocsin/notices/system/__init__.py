"""What system administrators are told of the installation."""
