"""What is written when devices are taken in."""
