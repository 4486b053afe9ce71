"""People and vehicles in a plant: coordinates of plants, movement, zones and their rules, who is where in a muster."""
