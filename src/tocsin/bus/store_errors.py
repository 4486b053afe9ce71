"""What nats-server's log says of its store: whether it will take nothing more until it is started again.

After one write that failed (a full disk) the server refuses every later message of that stream, even when there is room again,
until it opens the stream's files anew. What it has acknowledged stands; its senders send the rest again.
"""

import re
import shutil
import time
from pathlib import Path
from typing import Final

LOOK_S: Final = 1.0
ROOM_BYTES: Final = 64 << 20  # that must be free before it is started again: twice what one message may have, and some for others
_FAILED: Final = re.compile(rb"critical write error|no space left on device|disk quota exceeded", re.IGNORECASE)


class StoreErrors:
    """Follows one log file from its end on. `room_bytes`: how much must be free below `folder` for a new start to help."""

    def __init__(self, log_file: Path, folder: Path, *, room_bytes: int = ROOM_BYTES) -> None:
        self._log_file, self._folder, self._room_bytes = log_file, folder, room_bytes
        self._position = self._size()
        self._next = 0.0
        self._refuses = False

    def call_for_restart(self) -> bool:
        """Whether a write has failed since, and the disk has room now. Looks once a second; False in between."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + LOOK_S
        self._refuses = self._refuses or self._has_failed()
        return self._refuses and shutil.disk_usage(self._folder).free >= self._room_bytes

    def _has_failed(self) -> bool:
        size = self._size()
        if size < self._position:  # a new file in place of the one that was full
            self._position = 0
        if size == self._position:
            return False
        try:
            with self._log_file.open("rb") as file:
                file.seek(self._position)
                said = file.read(size - self._position)
        except FileNotFoundError:  # a full one is being put aside: the new one is read from its start
            self._position = 0
            return False
        self._position = size
        return _FAILED.search(said) is not None

    def _size(self) -> int:
        try:
            return self._log_file.stat().st_size
        except FileNotFoundError:
            return 0
