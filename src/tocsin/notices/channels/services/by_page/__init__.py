"""Channels that are set up on pages: their settings read, kept, sealed, tried."""
