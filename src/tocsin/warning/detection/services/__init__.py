"""What the detector writes: its snapshot and the history of readings."""
