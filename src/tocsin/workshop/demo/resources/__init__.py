"""The data resources of a demonstration: what departments of the district deliver, drawn from the simulated city."""
