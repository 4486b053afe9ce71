"""What people keep of lists: filters and order under a name."""
