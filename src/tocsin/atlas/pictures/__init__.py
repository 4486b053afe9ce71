"""Pictures of the map for papers."""
