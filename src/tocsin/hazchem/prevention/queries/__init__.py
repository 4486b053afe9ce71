"""What is read of the risk ledger."""
