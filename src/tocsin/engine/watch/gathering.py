"""From many diagnoses to few early signs: who agrees with whom, what already stands, what an alarm tells anyway."""

from dataclasses import dataclass, field, replace
from math import hypot

from tocsin.engine.diagnosis.model import Hypothesis
from tocsin.engine.watch.model import EarlySign, WatchFigures

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Opinion:
    """What the diagnosis of one stirring sensor says: `hypothesis` is the likeliest of the causes that can show in it,
    `share` its probability among them, `x_m`, `y_m` its place, `witnesses` how many sensors speak for it. `way` and
    `limit_in_h`: see `Stirring`. `times`: how often in a row the sensor has said so.
    """

    sensor: int
    hypothesis: Hypothesis
    share: float
    witnesses: int
    x_m: float
    y_m: float
    way: float
    limit_in_h: float
    times: int = 1


@dataclass(frozen=True)
class Round:
    """What ten minutes brought: `stirs` are the indexes of the sensors that stir, `rings` the places (x, y in metres)
    of those beyond a limit, `opinions` what diagnoses said.
    """

    at_ms: int
    told_ms: int
    stirs: frozenset[int]
    rings: tuple[tuple[float, float], ...]
    opinions: tuple[Opinion, ...]


@dataclass
class Spot:
    """A place (metres) of which something was told: which sign it was (`sensor`, `cause`, `told_ms`), and when last."""

    sensor: int
    cause: str
    told_ms: int
    x_m: float
    y_m: float
    last_ms: int


@dataclass
class Gathering:
    """Opinions of sensors that stir now, and signs and alarms of the last days. `take` decides."""

    figures: WatchFigures
    opinions: dict[int, Opinion] = field(default_factory=dict)
    standing: list[Spot] = field(default_factory=list)
    alarms: list[Spot] = field(default_factory=list)

    def take(self, one: Round) -> list[EarlySign]:
        """The signs that can be raised now."""
        self.opinions = {sensor: opinion for sensor, opinion in self.opinions.items() if sensor in one.stirs}
        self._forget(one.at_ms)
        for x_m, y_m in one.rings:
            _touch(self.alarms, x_m, y_m, one.at_ms)
        signs = [self._hear(opinion, one) for opinion in one.opinions]
        return [sign for sign in signs if sign is not None]

    def _hear(self, opinion: Opinion, one: Round) -> EarlySign | None:
        """An opinion that says the same as the sensor's last one counts once more; one that says too little ends it."""
        rule = self.figures.rules.get(opinion.hypothesis.cause)
        before = self.opinions.pop(opinion.sensor, None)
        if rule is None or opinion.share < rule.share or opinion.witnesses < rule.witnesses or opinion.way < rule.way:
            return None
        if before is not None and self._agree(before, opinion):
            opinion = replace(opinion, times=before.times + 1)
        self.opinions[opinion.sensor] = opinion
        agreeing = [other for other in self.opinions.values() if self._agree(other, opinion)]
        if sum(other.times for other in agreeing) < rule.confirmed:
            return None
        return self._conclude(max(agreeing, key=lambda other: (other.share, -other.sensor)), one)

    def _conclude(self, best: Opinion, one: Round) -> EarlySign | None:
        """A sign, where none stands there for the same cause and no limit has been crossed."""
        cause = best.hypothesis.cause
        near = [spot for spot in self.standing if self._near(spot, best)]
        same = [spot for spot in near if spot.cause == cause]
        for spot in same:
            spot.last_ms = one.at_ms
        if same or any(self._near(spot, best) for spot in self.alarms):
            return None
        for spot in near:
            self.standing.remove(spot)
        self.standing.append(Spot(best.sensor, cause, one.told_ms, best.x_m, best.y_m, one.at_ms))
        replaced = near[0].cause if near else ""
        return EarlySign(one.told_ms, best.sensor, best.hypothesis, best.share, best.limit_in_h, replaced)

    def _forget(self, at_ms: int) -> None:
        since = at_ms - round(self.figures.gather_h * HOUR_MS)
        self.standing[:] = [spot for spot in self.standing if spot.last_ms > since]
        self.alarms[:] = [spot for spot in self.alarms if spot.last_ms > since]

    def _agree(self, one: Opinion, other: Opinion) -> bool:
        return one.hypothesis.cause == other.hypothesis.cause and self._near(one, other)

    def _near(self, one: Opinion | Spot, other: Opinion) -> bool:
        return hypot(one.x_m - other.x_m, one.y_m - other.y_m) <= self.figures.gather_m


def _touch(spots: list[Spot], x_m: float, y_m: float, at_ms: int) -> None:
    for spot in spots:
        if spot.x_m == x_m and spot.y_m == y_m:
            spot.last_ms = at_ms
            return
    spots.append(Spot(-1, "", at_ms, x_m, y_m, at_ms))
