"""Files that no row names any more go; one that is being attached at this moment stays.

Whoever keeps a file touches it first (`keeping._store`). Whoever lets it go moves it aside, asks once more, and only then
deletes it: a touch before that is seen on the file itself, one after it finds no file and writes it anew.
"""

import contextlib
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import system_actor
from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.services.keeping import path_of
from tocsin.records.audit.services import record_audit

FRESH_S: Final = 24 * 3600.0
"""A file without a row may be one whose row is being written: it stays for a day."""

LEAVING: Final = ".leaving"
BLOCKS: Final = 16
"""The folders of the store are looked through in so many parts, one an hour."""


def let_files_go(hashes: Iterable[str]) -> int:
    """Deletes the files of these hashes that no row names and that nobody has touched for a day; how many."""
    wanted = set(hashes)
    named = set(Attachment.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
    return sum(_let_go(path_of(one)) for one in wanted - named)


def sweep_files(*, now: datetime) -> int:
    """Looks through one part of the store, by the hour; how many orphans went. Audited as a count."""
    hour = int(now.timestamp() // 3600) % BLOCKS
    return _swept(f"{prefix:02x}" for prefix in range(256) if prefix % BLOCKS == hour)


def sweep_all_files() -> int:
    """The whole store at once."""
    return _swept(f"{prefix:02x}" for prefix in range(256))


def _swept(prefixes: Iterable[str]) -> int:
    gone = sum(map(_sweep_folder, prefixes))
    if gone:
        record_audit(system_actor(), "attachment.swept", "attachment", "", EVERYWHERE, {"count": gone})
    return gone


def _sweep_folder(prefix: str) -> int:
    folder: Path = settings.CONFIGURATION.data / "attachments" / prefix
    files = [one for one in _files_in(folder) if not _is_fresh(one)]
    stems = {one.name.split(".")[0] for one in files}
    named: set[str] = set()
    for part in _parts(sorted(stems), 500):
        named |= set(Attachment.objects.filter(sha256__in=part).values_list("sha256", flat=True))
    return sum(_sweep_file(one, is_named=one.name.split(".")[0] in named) for one in files)


def _sweep_file(path: Path, *, is_named: bool) -> int:
    """Drafts and what was moved aside by a process that died go too; the latter comes back where a row names it after all."""
    if not path.suffix:
        return 0 if is_named else _let_go(path)
    whole = path.with_name(path.name.split(".")[0])
    if path.suffix == LEAVING and is_named and not whole.exists():
        path.rename(whole)
        return 0
    path.unlink(missing_ok=True)
    return 1


def _let_go(path: Path) -> int:
    aside = path.with_name(f"{path.name}.{uuid4().hex}{LEAVING}")
    try:
        if _is_fresh(path):
            return 0
        path.rename(aside)
    except FileNotFoundError:
        return 0
    if _is_fresh(aside) or Attachment.objects.filter(sha256=path.name).exists():
        aside.rename(path)
        return 0
    aside.unlink()
    return 1


def _is_fresh(path: Path) -> bool:
    """Also one that is no longer there: another process is at it."""
    try:
        return time.time() - path.stat().st_mtime < FRESH_S
    except FileNotFoundError:
        return True


def _files_in(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        yield from (one for one in folder.iterdir() if one.is_file())


def _parts(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
