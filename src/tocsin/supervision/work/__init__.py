"""Whether firms work: meters, curves, verdicts, episodes and electrical danger."""
