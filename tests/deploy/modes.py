"""What others than the owner may do with a folder and all that is in it."""

from pathlib import Path

SHELLS_UMASK = 0o022
"""What a shell gives a program where nobody set anything."""


def open_to_others(folder: Path) -> list[str]:
    """Every entry that group or others may read, write or enter, with its mode; links count as what they are."""
    entries = (folder, *sorted(folder.rglob("*")))
    modes = [(entry, entry.lstat().st_mode) for entry in entries if not entry.is_symlink()]
    return [f"{mode & 0o777:o} {entry.relative_to(folder.parent)}" for entry, mode in modes if mode & 0o077]
