"""Collections for a reader, and pages of their features."""
