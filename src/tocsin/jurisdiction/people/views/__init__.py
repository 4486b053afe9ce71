"""Pages of accounts, sign-in and roles."""
