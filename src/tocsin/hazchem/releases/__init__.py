"""What a release would do: estimates by the engine of consequences, and who is within their reach."""
