"""How far readings are believed: spans marked by rules and by persons, and calibrations that are due."""
