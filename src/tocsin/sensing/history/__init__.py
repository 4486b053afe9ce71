"""The history of readings: kept, read, and compared with what was to be expected."""
