"""What may be said, and what follows from it. Values in, values out."""
