"""The live stream of one web process: what it hears from the bus, handed to all its browsers."""
