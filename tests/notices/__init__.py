"""Who is told, by which channel, with which fate."""
