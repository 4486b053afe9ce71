"""The live stream of one web process."""
