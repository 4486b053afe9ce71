"""What an event and a sighting are, without a database."""
