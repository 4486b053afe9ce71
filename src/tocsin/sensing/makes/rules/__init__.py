"""What holds for models of devices."""
