"""What people and programs read of sightings."""
