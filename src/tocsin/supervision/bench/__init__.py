"""What supervision costs on this machine."""
