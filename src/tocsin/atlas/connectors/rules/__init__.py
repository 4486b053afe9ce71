"""What a connector is configured by, and when it is asked."""
