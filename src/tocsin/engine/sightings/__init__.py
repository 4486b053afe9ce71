"""Events of recognisers become sightings. Pure: times and scores in, runs out."""
