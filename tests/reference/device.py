"""Twins of the rules about the device, and of the count in a window."""

from tests.reference.edges import History, Told
from tocsin.engine.detection.rule import Edge
from tocsin.engine.detectors.count_in_window import CountInWindow
from tocsin.engine.detectors.out_of_range import OutOfRange
from tocsin.engine.detectors.saturation import Saturation
from tocsin.engine.detectors.silence import Silence
from tocsin.engine.detectors.stuck import Stuck
from tocsin.engine.detectors.unreadable import Unreadable


class ReferenceStuck:
    def __init__(self, settings: Stuck) -> None:
        self.settings = settings
        self.raised = False
        self.run = 0

    def read(self, ts: int, value: float, history: History) -> list[Told]:
        values = [*history.values, value]
        run = 0
        while len(values) - run >= 2 and self._same(values[-run - 2], values[-run - 1]):
            run += 1
        told = []
        if run == 0 and self.raised:
            self.raised = False
            told = [self._told(Edge.CLEAR, ts, value, self.run)]
        elif run + 1 >= self.settings.readings and run > 0 and not self.raised:
            self.raised = True
            told = [self._told(Edge.RAISE, ts, value, run)]
        self.run = run
        return told

    def _same(self, before: float, after: float) -> bool:
        resting = self.settings.rest_low <= after <= self.settings.rest_high
        return not resting and abs(after - before) <= self.settings.tolerance

    def _told(self, edge: Edge, ts: int, value: float, run: int) -> Told:
        return Told("stuck", edge, 0, ts, value, self.settings.readings, (run + 1, self.settings.tolerance, 0, 0))


class ReferenceOutOfRange:
    def __init__(self, settings: OutOfRange) -> None:
        self.settings = settings
        self.raised = False
        self.seen: list[bool] = []  # of each reading since the last change: was it inside?

    def read(self, ts: int, value: float) -> tuple[bool, list[Told]]:
        """Whether the reading is to be believed, and what is told."""
        settings = self.settings
        inside = settings.low <= value <= settings.high
        self.seen.append(inside)
        run = 0
        while run < len(self.seen) and self.seen[-run - 1] is self.raised:
            run += 1
        if run < (settings.clear_readings if self.raised else settings.hold_readings):
            return inside, []
        edge = Edge.CLEAR if self.raised else Edge.RAISE
        self.raised, self.seen = not self.raised, []
        limit = settings.low if value < settings.low else settings.high
        return inside, [Told("range", edge, 0, ts, value, limit, (settings.low, settings.high, run, 0))]


class ReferenceUnreadable:
    def __init__(self, settings: Unreadable) -> None:
        self.settings = settings
        self.raised = False
        self.run = 0

    def read(self, ts: int, value: float, quality: int, readable: bool) -> list[Told]:
        needed = self.settings.readings
        if readable:
            was, run = self.raised, self.run
            self.raised, self.run = False, 0
            return [Told("unreadable", Edge.CLEAR, 0, ts, value, needed, (run, quality, 0, 0))] if was else []
        self.run += 1
        if self.run < needed or self.raised:
            return []
        self.raised = True
        return [Told("unreadable", Edge.RAISE, 0, ts, value, needed, (self.run, quality, 0, 0))]


class ReferenceSilence:
    def __init__(self, settings: Silence, interval_ms: int) -> None:
        self.allowed_ms = settings.allowance_ms(interval_ms)
        self.raised = False

    def elapse(self, last: int | None, now: int, value: float) -> list[Told]:
        if last is None or self.raised or last + self.allowed_ms >= now:
            return []
        self.raised = True
        allowed = self.allowed_ms / 1000
        return [Told("silence", Edge.RAISE, 0, last + self.allowed_ms, value, allowed, (allowed, allowed, 0, 0))]

    def read(self, last: int | None, ts: int, value: float) -> list[Told]:
        if last is None or not self.raised:
            return []
        self.raised = False
        allowed = self.allowed_ms / 1000
        return [Told("silence", Edge.CLEAR, 0, ts, value, allowed, ((ts - last) / 1000, allowed, 0, 0))]


class ReferenceSaturation:
    def __init__(self, settings: Saturation) -> None:
        self.settings = settings
        self.since: int | None = None

    def read(self, ts: int, value: float, history: History) -> tuple[bool, list[Told]]:
        """Whether the reading is to be believed, and what is told."""
        settings = self.settings
        before = history[-1][1] if history else 0.0
        if self.since is None:
            if not history or before <= settings.from_value or value >= settings.to_value:
                return True, []
            self.since = ts
            return False, [self._told(Edge.RAISE, ts, value, before, 0.0)]
        lasted = ts - self.since
        if value < settings.to_value and lasted < settings.end_s * 1000:
            return False, []
        self.since = None
        return True, [self._told(Edge.CLEAR, ts, value, before, lasted / 1000)]

    def _told(self, edge: Edge, ts: int, value: float, before: float, lasted_s: float) -> Told:
        settings = self.settings
        figures = (before, settings.from_value, settings.to_value, lasted_s)
        return Told("saturation", edge, 0, ts, value, settings.to_value, figures)


class ReferenceCountInWindow:
    def __init__(self, settings: CountInWindow) -> None:
        self.settings = settings
        self.crossings: list[int] = []
        self.raised = False

    @property
    def window_ms(self) -> int:
        return round(self.settings.window_s * 1000)

    def read(self, ts: int, value: float, history: list[tuple[int, float]]) -> list[Told]:
        was_above = bool(history) and history[-1][1] >= self.settings.above
        if value < self.settings.above or was_above:
            return []
        self.crossings.append(ts)
        within = sum(1 for one in self.crossings[-7:] if one >= ts - self.window_ms)
        if self.raised or within < self.settings.crossings:
            return []
        self.raised = True
        return [self._told(Edge.RAISE, int(self.settings.level), ts, value, within)]

    def elapse(self, now: int, value: float) -> list[Told]:
        if not self.raised or self.crossings[-1] + self.window_ms >= now:
            return []
        self.raised = False
        return [self._told(Edge.CLEAR, 0, self.crossings[-1] + self.window_ms, value, 0)]

    def _told(self, edge: Edge, level: int, ts: int, value: float, within: int) -> Told:
        figures = (within, self.settings.window_s, self.settings.above, 0)
        return Told("count_in_window", edge, level, ts, value, self.settings.crossings, figures)
