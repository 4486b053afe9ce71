"""What is done with resources and their deliveries."""
