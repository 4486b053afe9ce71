"""The documents of the protocol."""
