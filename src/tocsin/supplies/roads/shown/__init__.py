"""What people and programs read of roads."""
