"""The detector: readings in, detections out, state in between."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.engine.detection.catalogue import RULES
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.passes import pass_readings, pass_time
from tocsin.engine.detection.profiles import Profile, table_of
from tocsin.engine.detection.rule import BOOK
from tocsin.engine.detection.state import States

_LEARNING = np.uint32(sum(1 << rule.number for rule in RULES if rule.learns))
MOST_PROFILES = 32_767  # a sensor's line holds the number of its profile in two bytes
_COUNTED = ("judged", "late", "duplicate", "unreadable", "unknown")


class Detector:
    """Judges readings of many sensors, each by its profile; the same readings give the same detections, however they are batched.

    Per sensor, a reading not newer than its newest changes nothing. One that is bad or not a number, out of range, or from a
    saturated sensor tells only about the device. State is a function of the readings, the profiles and the ticks.

    >>> from tocsin.base.levels import AlarmLevel
    >>> from tocsin.engine.detectors.levels import Level
    >>> level = Level(level=AlarmLevel.ORANGE, limit=50, clear=40)
    >>> detector = Detector([Profile("methane", rules={"high": (level,)})], np.array([0], np.int16))
    >>> detections = detector.update(Readings.of(sensor=[0, 0, 0], ts=[1000, 2000, 3000], value=[3, 60, 30]))
    >>> [(row["code"], row["ts"]) for row in detections.rows()]
    [('high.raise', 2000), ('high.clear', 3000)]
    """

    def __init__(
        self,
        profiles: Sequence[Profile],
        profile_of_sensor: NDArray[np.signedinteger[Any]],
        interval_ms: NDArray[np.int64] | None = None,
    ) -> None:
        self._states = States.new(0)
        self._book = np.zeros(1, BOOK)
        self.set_profiles(profiles, profile_of_sensor, interval_ms)

    def set_profiles(
        self,
        profiles: Sequence[Profile],
        profile_of_sensor: NDArray[np.signedinteger[Any]],
        interval_ms: NDArray[np.int64] | None = None,
    ) -> None:
        """New rules for all sensors; their state is kept, and what a rule that is gone had raised is cleared at the next tick."""
        self._profiles = tuple(profiles)
        self._table = table_of(self._profiles)
        self.set_sensors(profile_of_sensor, interval_ms)

    def set_sensors(
        self, profile_of_sensor: NDArray[np.signedinteger[Any]], interval_ms: NDArray[np.int64] | None = None
    ) -> None:
        """The registry changed. Index = sensor; a negative profile is not watched; the state of known sensors is kept.

        `interval_ms`: reporting interval of each sensor, 0 where it names none. ValueError for an unknown profile, and for more
        than MOST_PROFILES.
        """
        most = int(np.max(profile_of_sensor, initial=-1))
        if most >= len(self._profiles):
            raise ValueError(f"there are {len(self._profiles)} profiles, and a sensor has number {most}")
        if most >= MOST_PROFILES:
            raise ValueError(f"a detector tells {MOST_PROFILES} profiles apart, and a sensor has number {most}")
        profile = np.asarray(profile_of_sensor, np.int16)
        interval = np.zeros(len(profile), np.int64) if interval_ms is None else np.asarray(interval_ms, np.int64)
        if len(interval) != len(profile):
            raise ValueError(f"{len(profile)} sensors have {len(interval)} intervals")
        if len(profile) > len(self._states.lines):
            self._states = self._states.grown(len(profile))
        self._profile, self._interval = profile, interval
        self._begin_anew(len(profile), self._table["rules"][profile])
        self._states.lines["profile"] = -1
        self._states.lines["profile"][: len(profile)] = profile
        self._states.lines["silence_allowed_ms"] = 0
        intervals, which = np.unique(interval, return_inverse=True)
        pairs, places = np.unique(profile.astype(np.int64) * len(intervals) + which, return_inverse=True)
        allowed = [self._allowance_ms(pair // len(intervals), int(intervals[pair % len(intervals)])) for pair in pairs.tolist()]
        self._states.lines["silence_allowed_ms"][: len(profile)] = np.array(allowed, np.uint32)[places]

    def _allowance_ms(self, profile: int, interval_ms: int) -> int:
        """0 where silence is not watched."""
        silence = self._profiles[profile].silence if profile >= 0 else None
        return silence.allowance_ms(interval_ms) if silence is not None else 0

    def update(self, readings: Readings) -> Detections:
        """Judges the readings in their order."""
        sensor, ts = _read_only(readings.sensor), _read_only(readings.ts)
        value, quality = _read_only(readings.value), _read_only(readings.quality)
        lines, rests = self._states.lines, self._states.rests
        parts = []
        place = 0
        while place < len(readings):
            place = pass_readings(sensor, ts, value, quality, lines, rests, self._table, place, self._book[0])
            parts.append(self._take_told())
        return Detections.concatenate(parts)

    def tick(self, now_ms: int) -> Detections:
        """What time alone brings about before `now_ms`: silence, holds by seconds, windows that ran empty."""
        parts = []
        place = 0
        while place < len(self._states.lines):
            place = pass_time(self._states.lines, self._states.rests, self._table, now_ms, place, self._book[0])
            parts.append(self._take_told())
        return Detections.concatenate(parts)

    def snapshot(self) -> bytes:
        """All state; see `restore`."""
        return self._states.encode()

    def restore(self, snapshot: bytes) -> None:
        """Continues where the snapshot was taken, with the profiles and intervals of this detector; ValueError if unreadable."""
        self._states = States.decode(snapshot)
        self.set_sensors(self._profile, self._interval)

    @property
    def counts(self) -> dict[str, int]:
        """What became of the readings of this process so far.

        `judged`; `late` and `duplicate` (changed nothing); `unreadable` (bad or not a number); `unknown` (no such sensor, or not
        watched). The rest was out of range or came from a saturated sensor.
        """
        return {name: int(self._book[0][name]) for name in _COUNTED}

    @property
    def state_bytes(self) -> int:
        """Memory held for state, in bytes."""
        return self._states.lines.nbytes + self._states.rests.nbytes

    def _begin_anew(self, sensors: int, rules: NDArray[np.uint32]) -> None:
        """Sensors that gained a rule which learns forget how many readings they know, so that it does not judge by nothing."""
        gained = rules & ~self._states.rests["rules"][:sensors] & _LEARNING
        self._states.lines["readings"][:sensors][gained != 0] = 0
        self._states.rests["rules"][:sensors] = rules

    def _take_told(self) -> Detections:
        book = self._book[0]
        told = book["told"][: book["count"]]
        book["count"] = 0
        return Detections.from_told(told)


def _read_only[Item: np.generic](column: NDArray[Item]) -> NDArray[Item]:
    """A view that only reads, of one kind for all callers: Numba compiles anew for each kind of array."""
    view = np.ascontiguousarray(column).view()
    view.flags.writeable = False
    return view


def compile_kernels() -> None:
    """Compiles, or reads from the cache, what the first readings would otherwise wait for."""
    detector = Detector([], np.zeros(0, np.int16))
    detector.update(Readings.of(sensor=[0], ts=[0], value=[0.0]))
    detector.tick(0)
