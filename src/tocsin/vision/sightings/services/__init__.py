"""What is written about events and sightings."""
