"""One file a rule: what it means, its settings, its state, and its step over one reading."""
