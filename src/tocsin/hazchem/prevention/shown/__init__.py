"""What people and programs read of the risk ledger."""
