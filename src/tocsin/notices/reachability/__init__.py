"""The monthly drill that asks every contact point to answer in time."""
