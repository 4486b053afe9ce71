"""What lies in an area, and so is exposed to what happens there."""
