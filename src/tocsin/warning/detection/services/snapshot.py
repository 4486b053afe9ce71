"""The detector's memory on disk: engine state and the log position that it belongs to, in one file that is whole or absent."""

import os
from pathlib import Path

import msgspec

from tocsin.base.ids import new_id

FORMAT = 1


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """`position` is the last sequence of the log that `state` has seen.

    `unexplained` are conditions (sensor, rule) that stood in the database when the detector began without memory.
    `history_offset` turns sequences into the history's versions (version = offset + sequence): when a log begins anew, at
    sequence 1, versions go on rising. `history_settled` is a sequence up to which the history held all that this detector had to
    give it while its version was `history_written`: beyond that version lay messages without a reading of its sensors.
    """

    format: int = FORMAT
    position: int = 0
    history_offset: int = 0
    history_settled: int = 0
    history_written: int = 0
    state: bytes = b""
    unexplained: list[tuple[int, str]] = []

    def history_reaches(self, written: int) -> int:
        """The sequence up to which the history holds what this detector had to give, where its version is `written` now.

        >>> Snapshot(history_offset=100, history_settled=40, history_written=130).history_reaches(130)
        40
        >>> Snapshot(history_settled=40, history_written=30).history_reaches(0)  # a history that began anew
        0
        """
        settled = self.history_settled if written >= self.history_written else 0
        return max(written - self.history_offset, settled)


def read_snapshot(path: Path) -> Snapshot:
    """The newest snapshot; an empty one where there is none. ValueError for a file that this program can't read."""
    try:
        snapshot = msgspec.msgpack.decode(path.read_bytes(), type=Snapshot)
    except FileNotFoundError:
        return Snapshot()
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} is no snapshot of the detector: {error}; without the file it starts from the log") from error
    if snapshot.format != FORMAT:
        raise ValueError(
            f"{path} has format {snapshot.format}, this program reads {FORMAT}; without the file it starts from the log"
        )
    return snapshot


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Puts the snapshot in the place of the old one; a crash leaves the old or the new one, on disk, whole. OSError where the
    disk refuses: the old one stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".new-{new_id().hex}")  # one that has been left behind writes into another file
    try:
        with beside.open("wb") as file:
            file.write(msgspec.msgpack.encode(snapshot))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
