"""Silence: nothing has come for longer than the sensor's reporting interval allows.

It is told by time, without a message: at a tick, or at the latest by the reading that ends it, with the time of the
deadline. So the same readings give the same detections whether or not a tick fell between them.
"""

from dataclasses import dataclass

from tocsin.engine.detection.rule import NEVER, Book, Edge, Line, Rest, Rule, Settings, is_raised, require, switch, tell, whole
from tocsin.engine.kernel import aside, part

NUMBER = 9
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)
_LONGEST_MS = 2**32 - 1  # 49 days: the allowance is kept as uint32


@dataclass(frozen=True, kw_only=True)
class Silence(Settings):
    """Allowed silence: `intervals` reporting intervals, at least `at_least_s`; `interval_s` where the sensor names none."""

    intervals: float
    interval_s: float
    at_least_s: float = 0.0

    def __post_init__(self) -> None:
        require(self.intervals >= 1, "intervals must be at least 1")
        require(self.interval_s > 0 and self.at_least_s >= 0, "interval_s must be positive and at_least_s not negative")

    def parameters(self) -> dict[str, float]:
        return {}

    def allowance_ms(self, interval_ms: int) -> int:
        """Milliseconds without a reading after which the sensor counts as silent; `interval_ms` 0: the profile's own."""
        allowed = self.intervals * (interval_ms or self.interval_s * 1000)
        return min(round(max(allowed, self.at_least_s * 1000)), _LONGEST_MS)


RULE = Rule(
    number=NUMBER,
    name="silence",
    kind="device",
    figures=("silent_s", "allowed_s", "", ""),
    settings=Silence,
    parameters=(),
    frequent_state=(("silence_allowed_ms", "u4"),),  # 0: not watched
    state=(("silence_watched_since", "i8"),),  # for a sensor that never spoke: the first tick that saw it
)


@aside
def elapse(line: Line, rest: Rest, now_ms: int, book: Book) -> None:
    """Raises where the deadline after the newest reading lies before `now_ms`."""
    deadline_ms = _last_ms(line, rest) + line.silence_allowed_ms
    if deadline_ms < now_ms and not is_raised(line, NUMBER):
        switch(line, NUMBER)
        allowed_s = line.silence_allowed_ms / 1000
        tell(book, NUMBER, _RAISE, 0, deadline_ms, line.value, allowed_s, (allowed_s, allowed_s, 0.0, 0.0))


@aside
def end(line: Line, rest: Rest, ts: int, value: float, book: Book) -> None:
    """Clears a raised silence: something came, at `ts`."""
    switch(line, NUMBER)
    allowed_s = line.silence_allowed_ms / 1000
    tell(book, NUMBER, _CLEAR, 0, ts, value, allowed_s, ((ts - _last_ms(line, rest)) / 1000, allowed_s, 0.0, 0.0))


@part
def _last_ms(line: Line, rest: Rest) -> int:
    """When the silence began: the newest reading, or for a sensor that never spoke the first tick that saw it."""
    return whole(line.ts if line.ts != NEVER else rest.silence_watched_since)
