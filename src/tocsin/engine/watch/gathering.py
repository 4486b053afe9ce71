"""From many diagnoses to few early signs: who agrees with whom, what already stands, what an alarm tells anyway."""

from dataclasses import dataclass, field, replace
from math import hypot

from tocsin.engine.diagnosis.model import Hypothesis
from tocsin.engine.watch.model import EarlySign, SignRule, WatchFigures

HOUR_MS, MINUTE_MS = 3_600_000, 60_000


@dataclass(frozen=True)
class Opinion:
    """What the diagnosis of one stirring sensor says: `hypothesis` is the likeliest of the causes that can show in its
    `quantity`, near its limit the likeliest that can become a sign; `share` its probability among all of them, `x_m`, `y_m` its
    place, `witnesses` the sensors that speak for it, `signs` the codes of the signs that do. `way` and `limit_in_h`: see
    `Stirring`. `times`: how often in a row the sensor has said so.
    """

    sensor: int
    quantity: str
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


@dataclass(frozen=True)
class Ringing:
    """Since when a sensor is beyond its limit, and when it was last; a calm of `calm_h` ends it."""

    began_ms: int
    last_ms: int


@dataclass
class Gathering:
    """Opinions of sensors that stir and since when they do, signs of the last days, sensors beyond a limit. `take` decides."""

    figures: WatchFigures
    opinions: dict[int, Opinion] = field(default_factory=dict)
    since_ms: dict[int, int] = field(default_factory=dict)
    standing: list[Spot] = field(default_factory=list)
    ringing: dict[int, Ringing] = field(default_factory=dict)

    def take(self, one: Round) -> list[EarlySign]:
        """The signs that can be raised now."""
        self.opinions = {sensor: opinion for sensor, opinion in self.opinions.items() if sensor in one.stirs}
        self.since_ms = {sensor: self.since_ms.get(sensor, one.at_ms) for sensor in one.stirs}
        self._forget(one.at_ms)
        self.ringing.update({sensor: self._rings(sensor, one.at_ms) for sensor in one.rings})
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
        if not self._enough(rule, opinion, one.at_ms):
            return None
        alike = [other for other in self.opinions.values() if self._agree(other, opinion)]
        agreeing = [other for other in alike if self._enough(rule, other, one.at_ms)]
        if opinion.share < rule.alone and sum(other.times for other in agreeing) < rule.confirmed:
            return None
        near_way = self.figures.near_way
        best = max(agreeing, key=lambda other: (other.way >= near_way, other.share, -other.sensor))
        return self._conclude(best, one)

    def _enough(self, rule: SignRule, opinion: Opinion, at_ms: int) -> bool:
        if opinion.share >= rule.near and self._is_near(rule, opinion, at_ms):
            return True
        shown = not rule.needs or not rule.needs.isdisjoint(opinion.signs)
        heard = opinion.share >= rule.alone or (opinion.share >= rule.share and len(opinion.witnesses) >= rule.witnesses)
        return shown and heard and opinion.way >= rule.way

    def _is_near(self, rule: SignRule, opinion: Opinion, at_ms: int) -> bool:
        """Whether the sensor is about to reach its limit, by degrees, in a quantity that shows the cause by itself."""
        stirred_ms = at_ms - self.since_ms.get(opinion.sensor, at_ms)
        shows = not rule.near_of or opinion.quantity in rule.near_of
        return shows and opinion.way >= self.figures.near_way and stirred_ms >= rule.near_after_min * MINUTE_MS

    def _conclude(self, best: Opinion, one: Round) -> EarlySign | None:
        """A sign, where none stands there for the same cause, or only elsewhere, no likelier one of another cause is confirmed,
        and none of the sensors that speak for it has gone beyond its limit of late: then the alarm tells.
        """
        cause = best.hypothesis.cause
        self.standing[:] = [spot for spot in self.standing if not self._is_aged(spot, best, one.at_ms)]
        near = [spot for spot in self.standing if self._near(spot, best)]
        # One leak, one rain: what the same instrument besides the asked one speaks for is one event, wherever it shows.
        shared = best.witnesses - {best.sensor}
        same = [spot for spot in self.standing if spot.cause == cause and (spot in near or spot.witnesses & shared)]
        for spot in same:
            spot.last_ms, spot.share = one.at_ms, max(spot.share, best.share)
        others = [spot for spot in near if spot.cause != cause]
        if (same and not self._elsewhere(best, same)) or any(self._holds(spot, best, one.at_ms) for spot in others):
            return None
        since_ms = self.since_ms.get(best.sensor, one.at_ms)
        if any(self._rings_of_late(sensor, since_ms) for sensor in best.witnesses):
            return None
        for spot in others:
            self.standing.remove(spot)
        self.standing.append(Spot(best.sensor, cause, one.told_ms, best.x_m, best.y_m, one.at_ms, best.share, best.witnesses))
        replaced = others[0].cause if others else ""
        return EarlySign(one.told_ms, best.sensor, best.hypothesis, best.share, best.limit_in_h, replaced)

    def _rings(self, sensor: int, at_ms: int) -> Ringing:
        before = self.ringing.get(sensor)
        lasts = before is not None and at_ms - before.last_ms <= self.figures.calm_h * HOUR_MS
        return Ringing(before.began_ms if before and lasts else at_ms, at_ms)

    def _rings_of_late(self, sensor: int, since_ms: int) -> bool:
        """Whether there is an alarm of what stirs since `since_ms`; one that had stood for long by then says nothing of it."""
        ringing = self.ringing.get(sensor)
        return ringing is not None and since_ms - ringing.began_ms <= self.figures.aged_h * HOUR_MS

    def _is_aged(self, spot: Spot, best: Opinion, at_ms: int) -> bool:
        """Whether a sensor about to reach its limit tells anew what was told there long ago and not confirmed since."""
        same = spot.cause == best.hypothesis.cause and self._near(spot, best)
        return same and best.way >= self.figures.near_way and at_ms - spot.last_ms > self.figures.aged_h * HOUR_MS

    def _elsewhere(self, best: Opinion, same: list[Spot]) -> bool:
        """Whether a sensor about to reach its limit is sure of another place than all that was told of the same cause."""
        sure = best.way >= self.figures.near_way and best.share >= self.figures.rules[best.hypothesis.cause].anew
        return sure and all(hypot(spot.x_m - best.x_m, spot.y_m - best.y_m) > self.figures.anew_m for spot in same)

    def _holds(self, spot: Spot, best: Opinion, at_ms: int) -> bool:
        return spot.share >= best.share and at_ms - spot.last_ms <= self.figures.yields_h * HOUR_MS

    def _forget(self, at_ms: int) -> None:
        since = at_ms - round(self.figures.gather_h * HOUR_MS)
        self.standing[:] = [spot for spot in self.standing if spot.last_ms > since]
        self.ringing = {sensor: ringing for sensor, ringing in self.ringing.items() if ringing.last_ms > since}

    def _agree(self, opinion: Opinion, other: Opinion) -> bool:
        return opinion.hypothesis.cause == other.hypothesis.cause and self._near(opinion, other)

    def _near(self, one: Opinion | Spot, other: Opinion) -> bool:
        return hypot(one.x_m - other.x_m, one.y_m - other.y_m) <= self.figures.gather_m
