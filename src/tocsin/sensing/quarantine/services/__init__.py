"""Writing what was set aside: counters, the messages themselves, who is told."""
