"""Twin of `levels`: each level keeps the list of readings on its way to its next change."""

from tests.reference.edges import Told
from tocsin.engine.detection.rule import Edge
from tocsin.engine.detectors.levels import Level


class Comparator:
    """One level of one side."""

    def __init__(self, level: Level, above: bool) -> None:
        self.level = level
        self.above = above
        self.risen = False
        self.towards: list[int] = []  # times of the successive readings towards the next change

    @property
    def needed(self) -> int:
        return self.level.clear_readings if self.risen else self.level.hold_readings

    @property
    def hold_ms(self) -> int:
        return round(1000 * (self.level.clear_s if self.risen else self.level.hold_s))

    @property
    def deadline(self) -> int | None:
        """When the hold by seconds completes by time alone."""
        if not self.hold_ms or not self.towards or len(self.towards) < self.needed:
            return None
        return self.towards[0] + self.hold_ms

    def read(self, ts: int, value: float) -> bool:
        """Whether this reading completes a change."""
        if self.risen:
            inside = value < self.level.clear if self.above else value > self.level.clear
        else:
            inside = value >= self.level.limit if self.above else value <= self.level.limit
        if not inside:
            self.towards = []
            return False
        self.towards.append(ts)
        return len(self.towards) >= self.needed and ts - self.towards[0] >= self.hold_ms


class ReferenceLevels:
    def __init__(self, rule: str, levels: tuple[Level, ...]) -> None:
        self.rule = rule
        self.comparators = [Comparator(level, rule == "high") for level in sorted(levels, key=lambda one: one.level)]

    @property
    def level(self) -> int:
        return max((int(one.level.level) for one in self.comparators if one.risen), default=0)

    def read(self, ts: int, value: float) -> list[Told]:
        changing = [one for one in self.comparators if one.read(ts, value)]
        held = max((ts - one.towards[0] for one in changing if one.hold_ms), default=0)
        return self._change(changing, ts, value, held)

    def elapse(self, now: int, value: float) -> list[Told]:
        told = []
        while due := [one for one in self.comparators if one.deadline is not None and one.deadline < now]:
            first = min(due, key=lambda one: one.deadline or 0)
            told += self._change([first], first.deadline or 0, value, first.hold_ms)
        return told

    def _change(self, changing: list[Comparator], ts: int, value: float, held_ms: int) -> list[Told]:
        before = self.level
        readings = max((min(len(one.towards), 255) for one in changing), default=0)
        for one in changing:
            one.risen = not one.risen
            one.towards = []
        after = self.level
        if before == after:
            return []
        rising = after > before
        edge = (Edge.ESCALATE if before else Edge.RAISE) if rising else (Edge.RELAX if after else Edge.CLEAR)
        crossed = next(one.level for one in self.comparators if one.level.level == (after if rising else before))
        limit = crossed.limit if rising else crossed.clear
        return [Told(self.rule, edge, after, ts, value, limit, (crossed.limit, crossed.clear, readings, held_ms / 1000))]
