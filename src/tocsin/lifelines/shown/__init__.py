"""What readers see of networks and of their changes."""
