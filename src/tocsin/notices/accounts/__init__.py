"""What people are told of their own accounts."""
