"""What is written about certificates of devices."""
