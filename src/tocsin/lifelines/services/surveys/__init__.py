"""Tables of pipe surveys."""
