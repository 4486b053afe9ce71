"""What can go wrong, one file per kind of failure: each tells its physics as curves on the channels it reaches, and the truth."""
