"""Accounts, roles, sign-in, sessions and tokens written, each act with its audit entry."""
