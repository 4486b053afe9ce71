"""What is done with connectors: configured, tried, fetched."""
