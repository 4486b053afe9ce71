"""Detection and scores over files: the engine and rules of the service, without database, bus or set-up."""
