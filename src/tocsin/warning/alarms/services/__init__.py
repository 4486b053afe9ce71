"""Everything that is written about alarms, each act in one transaction with history, event and audit entry."""
