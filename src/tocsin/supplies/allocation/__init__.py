"""Which stores give what to a need: worked out from stock, ways and times, never a silent part."""
