"""The policies of supervision as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

from tocsin.base.policy import read_policy

FOLDER = Path(__file__).parent


def read_file[T](name: str, kind: type[T]) -> T:
    """One shipped file of this folder as its struct; ValueError names the file and the key that can't be read."""
    path = FOLDER / name
    return read_policy(path.read_bytes(), kind, str(path))
