"""A copy of the history as it was at one moment, made while it is written and compacted.

The table's files never change once they are written, and one that a compaction has replaced stays for an hour
(`history.KEPT_FOR_READERS`). So the moment is fixed by copying the few entries of the table's own log; the files follow at
leisure.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from tocsin.base.errors import Unavailable

LOG = "_delta_log"
DIGITS = 20  # a log entry's name begins with its version


@dataclass(frozen=True)
class HistoryCopy:
    """What of the copy is still to be done. `versions`: by writer the highest log position that it holds, else 0."""

    source: Path
    target: Path
    versions: Mapping[str, int]
    files: tuple[Path, ...]

    def finish(self, *, link: bool = False) -> None:
        """Copies the readings; with `link` it gives the files a second name, for a copy that goes soon.

        Unavailable where it comes so late that a compaction has removed a file: begin anew.
        """
        try:
            for file in self.files:
                (self.target / file).parent.mkdir(parents=True, exist_ok=True)
                if link:
                    (self.target / file).hardlink_to(self.source / file)
                else:
                    shutil.copyfile(self.source / file, self.target / file)
        except FileNotFoundError as error:
            raise Unavailable(f"the history changed faster than it could be copied: {error.filename} is gone") from error


def begin_copy(source: Path, target: Path, *, writers: Iterable[str]) -> HistoryCopy | None:
    """Fixes the moment; None where there is no history yet. Unavailable where the table can't be read."""
    if not DeltaTable.is_deltatable(str(source)):
        return None
    try:
        table = DeltaTable(source)
        files = tuple(Path(uri).relative_to(source) for uri in table.file_uris())
        versions = {writer: table.transaction_version(writer) or 0 for writer in writers}
    except DeltaError as error:
        raise Unavailable(f"history in {source} can't be read: {error}") from error
    (target / LOG).mkdir(parents=True)
    for entry in _log_entries(source / LOG, table.version()):
        shutil.copyfile(entry, target / LOG / entry.name)
    return HistoryCopy(source, target, versions, files)


def _log_entries(log: Path, version: int) -> list[Path]:
    """The newest checkpoint up to this version of the table, and all entries behind it."""
    entries = [(int(one.name[:DIGITS]), one) for one in log.iterdir() if one.name[:DIGITS].isdigit()]
    checkpoint = max((number for number, one in entries if ".checkpoint" in one.name and number <= version), default=-1)
    behind = [one for number, one in entries if one.suffix == ".json" and checkpoint < number <= version]
    return [*(one for number, one in entries if number == checkpoint), *behind]
