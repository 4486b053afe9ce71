"""Secrets of other platforms: named in settings, held by the environment alone."""

import os


def secret(variable: str) -> str:
    """The secret in that variable of the environment, empty for no variable; ValueError where it is not set."""
    if not variable:
        return ""
    found = os.environ.get(variable, "")
    if not found:
        raise ValueError(f"the environment has no {variable}")
    return found
