"""People: accounts, sign-in, sessions, tokens and the roles that they hold."""
