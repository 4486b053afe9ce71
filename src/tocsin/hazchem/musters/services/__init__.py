"""What is written of musters."""
