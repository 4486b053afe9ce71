"""The data resources of a demonstration: what departments of the district deliver, rows drawn from the city as it is simulated."""
