"""Audit trail and versions of policy."""
