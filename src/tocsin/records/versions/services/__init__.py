"""What is done with versions of policy."""
