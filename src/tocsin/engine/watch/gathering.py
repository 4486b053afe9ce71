"""From many diagnoses to few early signs: who agrees with whom, what already stands, what an alarm tells anyway."""

from dataclasses import dataclass, field, replace
from math import hypot

from tocsin.engine.diagnosis.model import Hypothesis
from tocsin.engine.watch.model import EarlySign, SignRule, WatchFigures

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Opinion:
    """What the diagnosis of one stirring sensor says: `hypothesis` is the likeliest of the causes that can show in it, near its
    limit the likeliest that can become a sign; `share` its probability among all of them, `x_m`, `y_m` its place, `witnesses` the
    sensors that speak for it, `signs` the codes of the signs that do. `way` and `limit_in_h`: see `Stirring`. `times`: how
    often in a row the sensor has said so.
    """

    sensor: int
    hypothesis: Hypothesis
    share: float
    witnesses: frozenset[int]
    signs: frozenset[str]
    x_m: float
    y_m: float
    way: float
    limit_in_h: float
    times: int = 1


@dataclass(frozen=True)
class Round:
    """What ten minutes brought: `stirs` are the indexes of the sensors that stir, `rings` those of sensors beyond a
    limit, `opinions` what diagnoses said.
    """

    at_ms: int
    told_ms: int
    stirs: frozenset[int]
    rings: frozenset[int]
    opinions: tuple[Opinion, ...]


@dataclass
class Spot:
    """A place (metres) of which something was told: which sign it was (`sensor`, `cause`, `told_ms`), when last,
    with what share at most, and who spoke for it.
    """

    sensor: int
    cause: str
    told_ms: int
    x_m: float
    y_m: float
    last_ms: int
    share: float
    witnesses: frozenset[int]


@dataclass
class Gathering:
    """Opinions of sensors that stir now, signs of the last days and when sensors were last beyond a limit. `take` decides."""

    figures: WatchFigures
    opinions: dict[int, Opinion] = field(default_factory=dict)
    standing: list[Spot] = field(default_factory=list)
    rang_ms: dict[int, int] = field(default_factory=dict)

    def take(self, one: Round) -> list[EarlySign]:
        """The signs that can be raised now."""
        self.opinions = {sensor: opinion for sensor, opinion in self.opinions.items() if sensor in one.stirs}
        self._forget(one.at_ms)
        self.rang_ms.update(dict.fromkeys(one.rings, one.at_ms))
        signs = [self._hear(opinion, one) for opinion in one.opinions]
        return [sign for sign in signs if sign is not None]

    def _hear(self, opinion: Opinion, one: Round) -> EarlySign | None:
        """An opinion that says the same as the sensor's last one counts once more, even where each alone says too little."""
        rule = self.figures.rules.get(opinion.hypothesis.cause)
        before = self.opinions.pop(opinion.sensor, None)
        if rule is None:
            return None
        if before is not None and self._agree(before, opinion):
            opinion = replace(opinion, times=before.times + 1)
        self.opinions[opinion.sensor] = opinion
        if not self._enough(rule, opinion):
            return None
        agreeing = [other for other in self.opinions.values() if self._agree(other, opinion) and self._enough(rule, other)]
        if opinion.share < rule.alone and sum(other.times for other in agreeing) < rule.confirmed:
            return None
        return self._conclude(max(agreeing, key=lambda other: (other.share, -other.sensor)), one)

    def _enough(self, rule: SignRule, opinion: Opinion) -> bool:
        if opinion.way >= self.figures.near_way and opinion.share >= rule.near:
            return True
        shown = not rule.needs or not rule.needs.isdisjoint(opinion.signs)
        heard = opinion.share >= rule.alone or (opinion.share >= rule.share and len(opinion.witnesses) >= rule.witnesses)
        return shown and heard and opinion.way >= rule.way

    def _conclude(self, best: Opinion, one: Round) -> EarlySign | None:
        """A sign, where none stands there for the same cause, or only elsewhere, no likelier one of another cause is confirmed,
        and none of the sensors that speak for it has been beyond its limit: then the alarm tells.
        """
        cause = best.hypothesis.cause
        near = [spot for spot in self.standing if self._near(spot, best)]
        # One leak, one rain: what the same instrument besides the asked one speaks for is one event, wherever it shows.
        shared = best.witnesses - {best.sensor}
        same = [spot for spot in self.standing if spot.cause == cause and (spot in near or spot.witnesses & shared)]
        for spot in same:
            spot.last_ms, spot.share = one.at_ms, max(spot.share, best.share)
        others = [spot for spot in near if spot.cause != cause]
        if (same and not self._elsewhere(best, same)) or any(self._holds(spot, best, one.at_ms) for spot in others):
            return None
        if best.witnesses & self.rang_ms.keys():
            return None
        for spot in others:
            self.standing.remove(spot)
        self.standing.append(Spot(best.sensor, cause, one.told_ms, best.x_m, best.y_m, one.at_ms, best.share, best.witnesses))
        replaced = others[0].cause if others else ""
        return EarlySign(one.told_ms, best.sensor, best.hypothesis, best.share, best.limit_in_h, replaced)

    def _elsewhere(self, best: Opinion, same: list[Spot]) -> bool:
        """Whether a sensor about to reach its limit is sure of another place than all that was told of the same cause."""
        sure = best.way >= self.figures.near_way and best.share >= self.figures.rules[best.hypothesis.cause].anew
        return sure and all(hypot(spot.x_m - best.x_m, spot.y_m - best.y_m) > self.figures.anew_m for spot in same)

    def _holds(self, spot: Spot, best: Opinion, at_ms: int) -> bool:
        return spot.share >= best.share and at_ms - spot.last_ms <= self.figures.yields_h * HOUR_MS

    def _forget(self, at_ms: int) -> None:
        since = at_ms - round(self.figures.gather_h * HOUR_MS)
        self.standing[:] = [spot for spot in self.standing if spot.last_ms > since]
        self.rang_ms = {sensor: last_ms for sensor, last_ms in self.rang_ms.items() if last_ms > since}

    def _agree(self, opinion: Opinion, other: Opinion) -> bool:
        return opinion.hypothesis.cause == other.hypothesis.cause and self._near(opinion, other)

    def _near(self, one: Opinion | Spot, other: Opinion) -> bool:
        return hypot(one.x_m - other.x_m, one.y_m - other.y_m) <= self.figures.gather_m
