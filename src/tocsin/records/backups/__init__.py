"""Backups by page: when, where, for whom; each run with its progress; restores that were tried."""
