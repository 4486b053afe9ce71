"""What firms and inspectors enter on a phone away from the network: acts, photos, the shells of the pages."""
