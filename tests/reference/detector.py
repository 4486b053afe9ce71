"""Twin of the whole detector for one sensor: the order in which the rules look at a reading, and what none of them may see."""

import math
from typing import Any

from tests.reference.device import (
    ReferenceCountInWindow,
    ReferenceOutOfRange,
    ReferenceSaturation,
    ReferenceSilence,
    ReferenceStuck,
    ReferenceUnreadable,
)
from tests.reference.edges import History, Told
from tests.reference.learning import (
    ReferenceCusum,
    ReferenceNoise,
    ReferenceRateOfFall,
    ReferenceRateOfRise,
    ReferenceZScore,
)
from tests.reference.levels import ReferenceLevels
from tocsin.base.levels import Quality
from tocsin.engine.detection.profiles import Profile

_TWINS = {
    "rate_of_rise": ReferenceRateOfRise,
    "rate_of_fall": ReferenceRateOfFall,
    "zscore": ReferenceZScore,
    "stuck": ReferenceStuck,
    "cusum": ReferenceCusum,
    "noise": ReferenceNoise,
}


class ReferenceSensor:
    """One sensor under one profile."""

    def __init__(self, profile: Profile, interval_ms: int = 0) -> None:
        one: dict[str, Any] = {name: settings[0] for name, settings in profile.rules.items() if settings}
        self.levels = [ReferenceLevels(side, getattr(profile, side)) for side in ("high", "low")]
        self.learning = [twin(one[name]) for name, twin in _TWINS.items() if name in one]
        self.range = ReferenceOutOfRange(one["range"]) if "range" in one else None
        self.unreadable = ReferenceUnreadable(one["unreadable"]) if "unreadable" in one else None
        self.saturation = ReferenceSaturation(one["saturation"]) if "saturation" in one else None
        self.silence = ReferenceSilence(one["silence"], interval_ms) if "silence" in one else None
        self.count = ReferenceCountInWindow(one["count_in_window"]) if "count_in_window" in one else None
        self.newest: int | None = None
        self.watched_since: int | None = None
        self.believed = History()

    @property
    def last_value(self) -> float:
        return self.believed[-1][1] if self.believed else 0.0

    def read(self, ts: int, value: float, quality: int = 0) -> list[Told]:
        if self.newest is not None and ts <= self.newest:
            return []
        told = self._elapse(ts) if self.newest is not None else []
        if self.silence:
            told += self.silence.read(self._last, ts, value)
        self.newest = ts
        readable = quality < Quality.BAD and math.isfinite(value)
        if self.unreadable:
            told += self.unreadable.read(ts, value, quality, readable)
        believed = readable
        if believed and self.range:
            believed, more = self.range.read(ts, value)
            told += more
        if believed and self.saturation:
            believed, more = self.saturation.read(ts, value, self.believed)
            told += more
        if not believed:
            return told
        for side in self.levels:
            told += side.read(ts, value)
        for learning in self.learning:
            told += learning.read(ts, value, self.believed)
        if self.count:
            told += self.count.read(ts, value, self.believed)
        self.believed.append((ts, value))
        return told

    def tick(self, now: int) -> list[Told]:
        if self.newest is None and self.watched_since is None:
            self.watched_since = now
        return self._elapse(now)

    @property
    def _last(self) -> int | None:
        return self.newest if self.newest is not None else self.watched_since

    def _elapse(self, now: int) -> list[Told]:
        told = []
        if self.saturation is None or self.saturation.since is None:
            for side in self.levels:
                told += side.elapse(now, self.last_value)
            if self.count:
                told += self.count.elapse(now, self.last_value)
        if self.silence:
            told += self.silence.elapse(self._last, now, self.last_value)
        return told
