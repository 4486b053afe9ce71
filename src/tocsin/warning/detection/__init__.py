"""Detection: readings of the log are judged by the engine, and edges are published."""
