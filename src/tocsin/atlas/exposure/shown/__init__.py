"""What people and programs read of exposed bodies."""
