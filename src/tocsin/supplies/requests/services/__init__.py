"""Acts upon requests and deliveries."""
