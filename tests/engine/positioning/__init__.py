"""People and vehicles in plants: plans, zones, musters."""
