"""Pages of requests and deliveries."""
