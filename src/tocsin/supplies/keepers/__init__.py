"""The phone page of store keepers: lots to count, gear to run, without a network."""
