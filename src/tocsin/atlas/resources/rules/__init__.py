"""Who sees a resource, and how its deliveries stand."""
