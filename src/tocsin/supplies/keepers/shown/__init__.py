"""What the phone of a keeper shows."""
