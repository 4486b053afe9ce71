"""Who is told, by which channel, with which fate. It knows a matter by kind and id, and no capability above it."""
