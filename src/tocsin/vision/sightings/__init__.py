"""What recognisers saw, as sightings that a person confirms before anything counts."""
