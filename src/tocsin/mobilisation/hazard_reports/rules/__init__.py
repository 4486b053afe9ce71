"""Rules of reports by the public. Values in, values out."""
