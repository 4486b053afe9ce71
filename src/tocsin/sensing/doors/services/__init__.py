"""What all doors share: who may come in, the way to the log, counts, and readings from files."""
