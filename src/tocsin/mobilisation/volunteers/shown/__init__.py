"""What people and programs read of volunteers."""
