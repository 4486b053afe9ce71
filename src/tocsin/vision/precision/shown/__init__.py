"""What people and programs read of precision."""
