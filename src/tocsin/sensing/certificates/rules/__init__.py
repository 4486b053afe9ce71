"""What certificates of devices say, and what they are good for."""
