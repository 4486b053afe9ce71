"""When a password is refused and when a session is over."""
