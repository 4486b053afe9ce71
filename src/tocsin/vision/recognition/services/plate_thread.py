"""Plates are read in a thread of their own: whoever looks for people in the next frame does not wait for text.

A reading takes a second or two of a core, and a minute where the machine has better things to do.
"""

import threading
from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db import close_old_connections

from tocsin.base.errors import NotAllowed
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.services.giving_way import LAST, PRESSING
from tocsin.vision.recognition.services.plates import PlateReader

type Waiting = tuple[CameraSource, bytes, datetime]


class PlateThread:
    """Of each camera one frame waits, the newest; cameras of `pressing` come first. Its thread ends with `end` or the process."""

    def __init__(self, reader: PlateReader, pressing: Callable[[], Collection[UUID]]) -> None:
        self._reader, self._pressing = reader, pressing
        self._waiting: dict[UUID, Waiting] = {}
        self._refused: dict[UUID, NotAllowed] = {}
        self._failure: BaseException | None = None
        self._changed = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="plates")

    def start(self) -> None:
        """From here on frames are read."""
        self._thread.start()

    def end(self) -> None:
        """No further frame is begun."""
        with self._changed:
            self._ending = True
            self._changed.notify()

    def offer(self, source: CameraSource, data: bytes, at: datetime) -> None:
        """A frame of that moment, to be read when it is its turn. NotAllowed: who set the source may send nothing any more, as
        the last reading showed. What ended the thread is raised here.
        """
        if self._failure is not None:
            raise self._failure
        if refusal := self._refused.pop(source.camera_id, None):
            raise refusal
        if not self._reader.is_due(source):
            return
        with self._changed:
            self._waiting[source.camera_id] = source, data, at
            self._changed.notify()

    def read_next(self) -> bool:
        """Reads the frame whose turn it is; False where none waits."""
        with self._changed:
            if not self._waiting:
                return False
            pressing = self._pressing()
            turn = next((one for one in self._waiting if one in pressing), next(iter(self._waiting)))
            source, data, at = self._waiting.pop(turn)
        try:
            self._reader.look(source, data, at, PRESSING if turn in pressing else LAST)
        except NotAllowed as refusal:
            self._refused[turn] = refusal
        return True

    def _run(self) -> None:
        try:
            while not self._ending:
                if not self.read_next():
                    close_old_connections()  # of this thread, which may rest for long
                    with self._changed:
                        self._changed.wait_for(lambda: self._ending or bool(self._waiting))
        except BaseException as failure:  # noqa: BLE001 - raised by the next offer, in the thread whose end is the process's
            self._failure = failure
