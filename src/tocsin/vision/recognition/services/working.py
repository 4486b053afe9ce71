"""Frames of some cameras are fetched, judged and looked through: some threads fetch, one computes, a frame a camera between.

A frame that waits while a newer one comes is dropped and counted: what is computed is always the newest, and nothing piles up.
Every other frame is one of a camera at which a vehicle is expected or there, where one waits.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import close_old_connections
from django.db.models import F
from django.utils import timezone

from tocsin.base.errors import InvalidInput, NotAllowed, TocsinError
from tocsin.engine.frames.watching import ZoneMemory
from tocsin.vision.health.policy import health_policy
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import folder_of, sources_to_work
from tocsin.vision.recognition.rules.sources import FetchFault, SourceKind
from tocsin.vision.recognition.services.fetching import Fetched, NoFrame, fetch_file, fetch_snapshot
from tocsin.vision.recognition.services.giving_way import LAST, give_way
from tocsin.vision.recognition.services.judging import FrameJudge
from tocsin.vision.recognition.services.plate_thread import PlateThread
from tocsin.vision.recognition.services.plates import KIND as PLATES
from tocsin.vision.recognition.services.plates import PlateReader
from tocsin.vision.recognition.services.secrets import login_of
from tocsin.vision.recognition.services.streams import Streams
from tocsin.vision.vehicles.queries import pressing_cameras

log = logging.getLogger(__name__)

FETCHERS: Final = 4
LOOK_S: Final = 10.0  # how often sources are read anew, and counts written
NO_FILE_FOR: Final = timedelta(minutes=1)  # an empty folder is told when no frame came from it for so long
_QUIET_S: Final = 0.5  # a file that changed a moment ago is still being written


@dataclass
class Watched:
    """One camera of this process: its source, when it is asked next, and the frame that waits."""

    source: CameraSource
    next_s: float = 0.0
    pause_s: float = 0.0
    asking: bool = False
    waiting: Fetched | None = None
    waiting_at: datetime | None = None  # when it was fetched
    frames: int = 0
    dropped: int = 0
    fault: FetchFault | None = None
    detail: str = ""
    taken_at: datetime | None = None
    memory: ZoneMemory = field(default_factory=lambda: ZoneMemory({}))
    health_s: float = -1e9


class FrameWorker:
    """Works for some cameras until `stop` is set; `clock` tells the city's time."""

    def __init__(self, cameras: Collection[UUID], clock: Callable[[], datetime] = timezone.now) -> None:
        self.cameras, self._clock = frozenset(cameras), clock
        self.watched: dict[UUID, Watched] = {}
        self._lock = threading.Lock()
        self.pressing: frozenset[UUID] = frozenset()  # at these a vehicle is expected now, or there
        self._was_pressing = False
        self._judge = FrameJudge(plates=PlateReader(clock))
        self._plates = PlateThread(self._judge.plates, lambda: self.pressing)
        self._streams = Streams()
        self._written_s = -1e9

    def run(self, stop: threading.Event) -> None:
        """One round after the other; plates are read beside it."""
        self._judge.offer = self._plates.offer
        self._plates.start()
        give_way(LAST)  # this thread and those that fetch; what reads plates gives way less
        with ThreadPoolExecutor(FETCHERS, thread_name_prefix="fetch") as pool:
            while not stop.is_set():
                if not self.do_round(time.monotonic(), lambda work, one: pool.submit(_apart, work, one)):
                    stop.wait(0.1)
            self.write()
        self.end()

    def end(self) -> None:
        """Streams, their decoder and readers of text end."""
        self._plates.end()
        self._streams.end()
        self._judge.own.end()

    def do_round(self, now_s: float, submit: "Callable[[Callable[[Watched], None], Watched], object]") -> bool:
        """Reads sources where it is time, asks cameras that are due, judges the frame whose turn it is; whether one was."""
        if now_s - self._written_s >= LOOK_S:
            self.write()
            self._read()
            self._written_s = now_s
        for one in self.watched.values():
            if not one.asking and now_s >= one.next_s:
                one.asking, one.next_s = True, now_s + max(one.source.period_s, one.pause_s)
                submit(self.fetch, one)
        with self._lock:
            found = self._next()
            if found is None or found.waiting is None or found.waiting_at is None:
                return False
            frame, at, found.waiting = found.waiting, found.waiting_at, None
        self._was_pressing = found.source.camera_id in self.pressing
        self.watched[found.source.camera_id] = self.watched.pop(found.source.camera_id)  # the next one is another camera's
        self._look_at(found, frame, at)
        return True

    def _next(self) -> Watched | None:
        """The camera whose frame waits longest; of those that press, where the last one did not."""
        waiting = [one for one in self.watched.values() if one.waiting is not None]
        pressing = [one for one in waiting if one.source.camera_id in self.pressing]
        others = [one for one in waiting if one.source.camera_id not in self.pressing]
        first, then = (others, pressing) if self._was_pressing else (pressing, others)
        return next(iter([*first, *then]), None)

    def fetch(self, one: Watched) -> None:
        """Asks for one frame; it waits, or why none came stands with the camera."""
        policy, limits = recognition_policy(), health_policy().frame
        try:
            if one.source.kind == SourceKind.FOLDER:
                folder = folder_of(one.source.camera)
                fetched = fetch_file(folder, limits.most_bytes, quiet_s=_QUIET_S, now_s=time.time())
            elif one.source.kind == SourceKind.STREAM:
                taken = self._streams.take(one.source, policy)
                if taken is None:
                    return
                fetched = taken
            else:
                fetched = fetch_snapshot(one.source.address, policy, limits.most_bytes, login_of(one.source))
        except NoFrame as failure:
            if failure.fault is FetchFault.NO_FILE and self._says_more(one):
                return
            with self._lock:
                one.fault, one.detail = failure.fault, failure.detail
                readers_own = one.source.kind == SourceKind.STREAM and failure.fault is not FetchFault.UNDECODED
                if failure.fault is not FetchFault.NO_FILE and not readers_own:  # a stream's reader makes pauses itself
                    longest = policy.fetching.longest_retry_s
                    one.pause_s = min(longest, 2 * max(one.pause_s, one.source.period_s))
                    one.next_s = time.monotonic() + one.pause_s
        else:
            with self._lock:
                one.dropped += fetched.dropped + (one.waiting is not None)
                one.waiting, one.waiting_at = fetched, self._clock()
                one.fault, one.detail, one.pause_s = None, "", 0.0
        finally:
            one.asking = False

    def _says_more(self, one: Watched) -> bool:
        """Whether a frame of a moment ago, or what was wrong with the last one, says more than that no new file lies there."""
        if one.taken_at is not None and self._clock() - one.taken_at < NO_FILE_FOR:
            return True
        return one.fault not in (None, FetchFault.NO_FILE)

    def _look_at(self, one: Watched, frame: Fetched, at: datetime) -> None:
        now_s = time.monotonic()
        judges_health = now_s - one.health_s >= recognition_policy().fetching.health_s
        try:
            one.memory = self._judge.judge(one.source, frame.data, one.memory, at, health=judges_health)
        except InvalidInput as refusal:
            one.fault, one.detail = FetchFault.NO_PICTURE, refusal.in_english[:80]
            return
        except NotAllowed:
            one.fault, one.detail = FetchFault.REFUSED, str(one.source.entered_by)[:80]
            return
        except TocsinError as error:
            log.warning("frame of camera %s: %s", one.source.camera.code, error.in_english)
            return
        one.frames, one.taken_at = one.frames + 1, at
        if judges_health:
            one.health_s = now_s
        if set(one.source.looking) - {PLATES} and not self._judge.can_look:
            one.fault = FetchFault.NO_MODELS
        elif why := self._judge.own.why_failed(one.source.camera.code):
            one.fault, one.detail = FetchFault.OWN_MODEL, why[:80]
        elif unread := self._judge.plates.failed.get(one.source.camera_id):
            one.fault, one.detail = FetchFault.NO_TEXT, unread[:80]

    def _read(self) -> None:
        kept = {one.camera_id: one for one in sources_to_work() if one.camera_id in self.cameras}
        for gone in self.watched.keys() - kept.keys():
            del self.watched[gone]
        for camera_id, source in kept.items():
            known = self.watched.get(camera_id)
            if known is None or known.source.entered_at != source.entered_at:
                self.watched[camera_id] = Watched(source)
            else:
                known.source = source
        self.pressing = frozenset(pressing_cameras([one.camera for one in kept.values()], self._clock()))
        self._streams.keep([one for one in kept.values() if one.kind == SourceKind.STREAM], recognition_policy())

    def write(self) -> None:
        """Counts and faults into the sources."""
        now = self._clock()
        for one in self.watched.values():
            with self._lock:
                frames, dropped, one.frames, one.dropped = one.frames, one.dropped, 0, 0
                fault, detail = one.fault.value if one.fault else "", one.detail
            told = {"fault": fault, "fault_detail": detail, "frames": F("frames") + frames, "dropped": F("dropped") + dropped}
            if fault != one.source.fault:
                told["fault_since"] = now if fault else None
            if one.taken_at is not None:
                told["taken_at"] = one.taken_at
            if frames or dropped or fault != one.source.fault or detail != one.source.fault_detail:
                CameraSource.objects.filter(camera=one.source.camera_id, entered_at=one.source.entered_at).update(**told)
                one.source.fault, one.source.fault_detail = fault, detail


def _apart(work: Callable[[Watched], None], one: Watched) -> None:
    try:
        work(one)
    finally:
        close_old_connections()  # of this thread, which may rest for long
