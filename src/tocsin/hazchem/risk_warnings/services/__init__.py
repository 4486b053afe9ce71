"""Risk warnings are pushed, climb by silence, are confirmed, answered and checked."""
