"""Which store gives what to which need: the best allocation, with the proof of how good it is."""
