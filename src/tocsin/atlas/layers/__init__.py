"""What the map shows: the base map, and the layers that capabilities offer."""
