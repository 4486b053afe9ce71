"""What people and programs read of reports."""
