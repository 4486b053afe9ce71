"""Who is in an area: bodies that are known one by one, a population grid for the rest, and never one person twice."""
