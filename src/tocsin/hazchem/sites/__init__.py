"""The plant of a firm as a whole: its plan on the map, its key areas, its mimic."""
