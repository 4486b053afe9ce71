"""Rules of networks: names in tables, and what may be edited."""
