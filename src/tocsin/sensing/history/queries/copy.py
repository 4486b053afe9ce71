"""A copy of the history as it was at one moment, made while it is written and compacted; and a whole history put where none is.

The table's files never change once they are written, and one that a compaction has replaced stays for an hour
(`history.KEPT_FOR_READERS`). So the moment is fixed by copying the few entries of the table's own log; the files follow at
leisure.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError
from pyarrow.fs import FileSelector

from tocsin.base.errors import Conflict, Unavailable
from tocsin.sensing.history.queries.places import FAULTS, Folder, Place

LOG = "_delta_log"
DIGITS = 20  # a log entry's name begins with its version
AT_ONCE = 4 * 1024 * 1024


@dataclass(frozen=True)
class HistoryCopy:
    """What of the copy is still to be done. `versions`: by writer the highest log position that it holds, else 0."""

    source: Place
    target: Folder
    versions: Mapping[str, int]
    files: tuple[str, ...]

    def finish(self, *, link: bool = False) -> None:
        """Copies the readings; with `link` it gives the files of a folder a second name, for a copy that goes soon.

        Unavailable where it comes so late that a compaction has removed a file: begin anew.
        """
        try:
            for file in self.files:
                if link and isinstance(self.source, Folder):
                    (self.target.path / file).parent.mkdir(parents=True, exist_ok=True)
                    (self.target.path / file).hardlink_to(self.source.path / file)
                else:
                    _copy(self.source, self.target, file)
        except FileNotFoundError as error:
            raise Unavailable(f"the history changed faster than it could be copied: {file} is gone") from error
        except FAULTS as error:
            raise self.source.fault("copied", error) from error


def begin_copy(source: Place, target: Path, *, writers: Iterable[str]) -> HistoryCopy | None:
    """Fixes the moment; None where there is no history yet. Unavailable where the table can't be read."""
    try:
        table = source.table()
        files = _files_of(table)
        versions = {writer: table.transaction_version(writer) or 0 for writer in writers}
        folder = Folder(target)
        for entry in _log_entries(source, table.version()):
            _copy(source, folder, entry)
    except TableNotFoundError:
        return None
    except FAULTS as error:
        raise source.fault("read", error) from error
    return HistoryCopy(source, folder, versions, files)


def carry(source: Place, target: Place) -> int:
    """Puts the history of one place into another one, while nobody writes it; how many files of readings there are.

    The log comes last, so that one who is broken off has left no table. Conflict where there is one already, or none to carry.
    """
    if _has_table(target):
        raise Conflict(f"{target} holds a history already: name a place where none is")
    if not _has_table(source):
        raise Conflict(f"{source} holds no history")
    try:
        table = source.table()
        files = _files_of(table)
        for file in (*files, *_log_entries(source, table.version())):
            _copy(source, target, file)
    except FAULTS as error:
        raise target.fault("filled", error) from error
    return len(files)


def _has_table(place: Place) -> bool:
    try:
        place.table()
    except TableNotFoundError:
        return False
    except FAULTS as error:
        raise place.fault("read", error) from error
    return True


def _files_of(table: DeltaTable) -> tuple[str, ...]:
    """Of the table as it is, below its folder."""
    return tuple(table.get_add_actions(flatten=True).column("path").to_pylist())


def _copy(source: Place, target: Place, file: str) -> None:
    if isinstance(target, Folder):
        (target.path / file).parent.mkdir(parents=True, exist_ok=True)
    with source.files.open_input_stream(file) as begin, target.files.open_output_stream(file) as end:
        shutil.copyfileobj(begin, end, AT_ONCE)


def _log_entries(place: Place, version: int) -> list[str]:
    """The newest checkpoint up to this version of the table, and all entries behind it, oldest first."""
    names = sorted(one.base_name for one in place.files.get_file_info(FileSelector(LOG)))
    entries = [(int(one[:DIGITS]), one) for one in names if one[:DIGITS].isdigit()]
    checkpoint = max((number for number, one in entries if ".checkpoint" in one and number <= version), default=-1)
    behind = [one for number, one in entries if one.endswith(".json") and checkpoint < number <= version]
    return [f"{LOG}/{one}" for one in [*(one for number, one in entries if number == checkpoint), *behind]]
