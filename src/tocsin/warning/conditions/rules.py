"""How conditions ring: names of their alarms, holds, and what an alarm keeps of the branch that was true."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from tocsin.engine.conditions.model import Condition, Held

PREFIX = "condition:"
MOST_KEPT = 20  # sensors of a branch that an alarm keeps
SECOND_MS = 1000


def rule_of(code: str) -> str:
    """What the alarm of a condition has as its rule."""
    return PREFIX + code


def figures_of(held: Held) -> dict[str, float | None]:
    """The branch as figures of an alarm: "term:sensor" -> value, of the first `MOST_KEPT`."""
    pairs = [(f"{number}:{sensor}", value) for number, hits in held.branch for sensor, value in hits]
    return dict(pairs[:MOST_KEPT])


def branch_of(figures: Mapping[str, float | None]) -> list[tuple[int, int, float]]:
    """(term, sensor, value) of what `figures_of` kept."""
    found = []
    for name, value in figures.items():
        number, _colon, sensor = name.partition(":")
        if number.isdigit() and sensor.isdigit() and value is not None:
            found.append((int(number), int(sensor), value))
    return found


@dataclass(frozen=True)
class Ring:
    """A condition begins (`held`) or ends (None) to ring at a sensor."""

    condition: Condition
    anchor: int
    held: Held | None


@dataclass
class Holds:
    """Since when conditions hold, or are over, at which sensors of one region. Lost at a restart: holds begin anew, no more."""

    since_ms: dict[tuple[str, int], int] = field(default_factory=dict)
    over_ms: dict[tuple[str, int], int] = field(default_factory=dict)

    def step(self, condition: Condition, held: list[Held], ringing: Set[int], unknown: Set[int], now_ms: int) -> list[Ring]:
        """What begins and ends now. `ringing`: sensors at which its alarm is active; `unknown`: where it may be over or not."""
        here = {one.anchor: one for one in held}
        rings = []
        for anchor, one in here.items():
            self.over_ms.pop((condition.code, anchor), None)
            began_ms = self.since_ms.setdefault((condition.code, anchor), now_ms)
            if anchor not in ringing and now_ms - began_ms >= condition.hold_s * SECOND_MS:
                rings.append(Ring(condition, anchor, one))
        for code, anchor in [key for key in self.since_ms if key[0] == condition.code and key[1] not in here]:
            del self.since_ms[code, anchor]
        for anchor in ringing & unknown:
            self.over_ms.pop((condition.code, anchor), None)
        for anchor in ringing - here.keys() - unknown:
            ended_ms = self.over_ms.setdefault((condition.code, anchor), now_ms)
            if now_ms - ended_ms >= condition.clear_s * SECOND_MS:
                rings.append(Ring(condition, anchor, None))
                del self.over_ms[condition.code, anchor]
        return rings
