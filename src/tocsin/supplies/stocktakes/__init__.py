"""Stock-takes: a frozen list, counts by phone, differences with their reason, adjustments in the ledger."""
