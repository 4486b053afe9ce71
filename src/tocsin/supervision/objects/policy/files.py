"""How a shipped file of policy is read into frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

from tocsin.base.policy import read_policy


def read_file[T](path: Path, kind: type[T]) -> T:
    """One shipped file as its struct; ValueError names the file and the key that can't be read."""
    return read_policy(path.read_bytes(), kind, str(path))
