"""The one map: its page, its ground, its tiles."""
