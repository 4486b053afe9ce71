"""What people and programs read of loading orders and plates."""
