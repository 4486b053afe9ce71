"""Where supplies lie: stores, lots, the ledger and what it amounts to."""
