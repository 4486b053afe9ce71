"""What people and programs read of commitments."""
