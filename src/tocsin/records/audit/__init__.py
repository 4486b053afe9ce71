"""The audit trail: who did what, sealed into a chain."""
