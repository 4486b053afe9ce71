"""Distances and points of what goes out from one place to all sides: heat, or pressure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.harm import Probit, Quantity
from tocsin.engine.consequences.limits import Limit, OutsideRange
from tocsin.engine.consequences.reach import Verdict, farthest
from tocsin.engine.consequences.scenario.outcome import Context, Distance, Point, PointAnswer, Unit, distance_of
from tocsin.engine.consequences.shapes import Kind, Outline, circle

Floats = NDArray[np.float64]
SHARES = (0.01, 0.5)


@dataclass(frozen=True)
class Effect:
    """What falls with distance: `curve` in W/m2 or Pa over m from a middle `centre_m` downwind of the source, within `limit`.

    `unit` is that of answers, which are 1/1000 of the curve; `time_s` is how long it acts on people.
    """

    quantity: Quantity
    name: str
    unit: Unit
    curve: Callable[[Floats], Floats]
    limit: Limit
    probits: tuple[Probit, ...]
    time_s: float = 1.0
    centre_m: float = 0.0

    def answers(
        self, context: Context
    ) -> tuple[tuple[Distance, ...], tuple[PointAnswer, ...], tuple[str, ...], tuple[Outline, ...]]:
        """Distances, points, no notes, outlines: as an Outcome has them."""
        found = self.distances(context)
        return found, self.points(context), (), self.outlines(found)

    def distances(self, context: Context) -> tuple[Distance, ...]:
        """To each threshold of the quantity, and to where 1 % and half are harmed by each probit, from the source downwind."""
        found = [
            distance_of(one, farthest(self.curve, one.level, self.limit, from_m=0.01 * self.limit.low))
            for one in context.thresholds
            if one.quantity is self.quantity
        ]
        for probit in self.probits:
            for share in SHARES:
                level = probit.value_for(share, self.time_s)
                reach = farthest(self.curve, level, self.limit, from_m=0.01 * self.limit.low)
                code = f"{probit.code}_{round(100 * share)}_percent"
                found.append(Distance(code, level / 1000, self.unit.value, reach.verdict, reach.distance_m))
        return tuple(self._from_the_source(one) for one in found)

    def outlines(self, found: Iterable[Distance]) -> tuple[Outline, ...]:
        """A circle around the middle for each distance that reaches somewhere."""
        reached = [one for one in found if one.verdict is not Verdict.NOWHERE]
        return tuple(
            Outline(one.threshold, Kind.CIRCLE, *circle(self.centre_m, one.distance_m - self.centre_m)) for one in reached
        )

    def points(self, context: Context) -> tuple[PointAnswer, ...]:
        """What each point gets, and the shares harmed there; no number nearer or farther than the curve holds."""
        return tuple(answer for point in context.points for answer in self._at(point))

    def _from_the_source(self, one: Distance) -> Distance:
        away = one.distance_m + self.centre_m if one.distance_m else 0.0
        return Distance(one.threshold, one.level, one.unit, one.verdict, away)

    def _at(self, point: Point) -> list[PointAnswer]:
        away = float(np.hypot(point.downwind_m - self.centre_m, point.crosswind_m))
        try:
            value = float(self.curve(np.array([self.limit.check(away)]))[0])
        except OutsideRange as error:
            return [PointAnswer(point.name, self.name, None, self.unit, error.in_english)]
        harmed = [PointAnswer(point.name, one.code, one.share(value, self.time_s), Unit.SHARE) for one in self.probits]
        return [PointAnswer(point.name, self.name, value / 1000, self.unit), *harmed]
