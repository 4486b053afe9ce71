"""Pages of people and rights. Each makes one call to a service or a query."""
