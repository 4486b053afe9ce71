"""The newest file in the resource's own folder of this server, where a department's program puts it."""

import fnmatch
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.rules.sources import FolderSource
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import too_large

_CHUNK: Final = 1_000_000
_MOST_ENTRIES: Final = 10_000


def fetch_folder(source: FolderSource, errand: Errand) -> Fetched:
    """Copies the newest whole file whose name fits; the one that was taken last, by name and content, is unchanged.

    Files stay where they are. A link is none: nothing beyond the folder can be named by one.
    """
    found = _newest(source, errand)
    if found is None:
        if errand.trial:
            told = gettext_noop("there is no file %(pattern)s in %(folder)s yet: put one there")
            raise Unreadable(told, pattern=source.pattern, folder=errand.folder)
        return Fetched(errand.mark.get("name", ""), errand.mark, unchanged=True, is_present=False)
    path, told_of = found
    stamp = {"name": path.name, "size": str(told_of.st_size), "modified": str(told_of.st_mtime_ns)}
    if stamp.items() <= dict(errand.mark).items():
        return Fetched(path.name, errand.mark, unchanged=True, is_present=False)
    digest = _copy(path, errand)
    mark = {**stamp, "sha256": digest}
    unchanged = (errand.mark.get("name"), errand.mark.get("sha256")) == (path.name, digest)
    return Fetched(path.name, mark, unchanged=unchanged, is_present=False)


def _newest(source: FolderSource, errand: Errand) -> tuple[Path, os.stat_result] | None:
    try:
        names = [one.name for one, _at in zip(errand.folder.iterdir(), range(_MOST_ENTRIES), strict=False)]
    except OSError as error:
        told = gettext_noop("the folder %(folder)s can't be read: %(why)s")
        raise Unreadable(told, folder=errand.folder, why=error.strerror) from None
    held, young = [], 0
    for name in names:
        if name.startswith(".") or not fnmatch.fnmatchcase(name.lower(), source.pattern.lower()):
            continue
        told_of = (errand.folder / name).lstat()
        if not stat.S_ISREG(told_of.st_mode):
            continue
        if time.time() - told_of.st_mtime < errand.quiet_s:
            young += 1  # perhaps it is still being written
            continue
        held.append((told_of.st_mtime_ns, name, told_of))
    if not held and young and errand.trial:
        raise Unreadable(gettext_noop("a file is being written just now: it is looked at again"))
    if not held:
        return None
    _at, name, told_of = max(held, key=lambda one: one[:2])
    return errand.folder / name, told_of


def _copy(path: Path, errand: Errand) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file, errand.into.open("wb") as into:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > errand.limits.most_bytes and not errand.trial:
                    raise too_large(errand.limits.most_bytes)
                digest.update(chunk)
                into.write(chunk)
                _ = errand.limits.left_s
    except OSError as error:
        raise Unreadable(gettext_noop("the file %(name)s can't be read: %(why)s"), name=path.name, why=error.strerror) from None
    return digest.hexdigest()
