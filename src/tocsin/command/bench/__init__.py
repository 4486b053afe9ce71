"""What cases and notices cost on this machine."""
