"""Papers of stock-takes and labels."""
