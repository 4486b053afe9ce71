"""What holds for servers of OPC UA: nodes and what they mean, places, and what the process of a server is told. Pure."""
