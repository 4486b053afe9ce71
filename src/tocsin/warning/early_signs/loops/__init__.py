"""The watch over all sensors of a region, and its process."""
