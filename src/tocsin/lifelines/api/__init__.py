"""Networks for programs: read, edited, corrected."""
