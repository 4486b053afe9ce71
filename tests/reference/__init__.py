"""Slow, obvious twins of the detectors: plain Python that keeps whole histories and works everything out again from them."""
