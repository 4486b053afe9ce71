"""Second simulators that only judge: written apart from those the engine was fitted to, and never used for fitting."""
