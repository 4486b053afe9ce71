"""Rules of rewards. Values in, values out."""
