"""What people enter away from the network: one protocol, one set of columns and one phone page for all subjects."""
