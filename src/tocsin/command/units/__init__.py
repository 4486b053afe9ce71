"""What a unit sees: its orders, one order with all that belongs to it, and the crew's page that works without a network."""
