"""The risk ledger is kept, checks are entered and followed."""
