"""What may be wrong with an installation, looked at from outside: it works when nothing else starts, and changes nothing."""
