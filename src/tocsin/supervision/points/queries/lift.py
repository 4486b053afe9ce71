"""What lifts one object by one band: the cheapest list of things it can do now, tried with the scorer on the days that count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.engine.points.colours import Colour
from tocsin.engine.points.figures import Figures
from tocsin.engine.points.ledger import gather
from tocsin.engine.points.lift import cheapest_choice, repeated
from tocsin.engine.points.scorer import Count, score
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.acts import Change, Possible, nothing_on, possible_acts
from tocsin.supervision.points.queries.inputs import Inputs, read_inputs
from tocsin.supervision.points.queries.keys import key_of
from tocsin.supervision.points.queries.ledger import last_day, newest_revision
from tocsin.supervision.points.queries.rules import rules_for_today


@dataclass(frozen=True)
class LiftPlan:
    """`acts` are the cheapest that lead from `standing` to `target`, shown after the night of `shown_after`; `reachable` is False
    where nothing that can be done now does. `scores` are the hundredths on the days that count, with everything on the list
    done; `proven`: no cheaper list leads there (False only where there were too many to look at).
    """

    standing: str
    target: str
    acts: tuple[Possible, ...]
    effort: float
    shown_after: date
    scores: tuple[int, ...]
    reachable: bool
    proven: bool = True


def lift_of(supervised_object: SupervisedObject, *, now: datetime) -> LiftPlan | None:
    """None for an object that is green, or that no night has scored yet.

    What is due until the colour is shown is part of the list: whatever is left undone pulls down again. Tasks of later days are
    not known yet.
    """
    rules = rules_for_today(supervised_object.region_code)
    day = last_day()
    row = newest_revision(supervised_object.pk, day) if day else None
    if row is None or row.standing == Colour.GREEN.name.lower():
        return None
    figures = rules.figures()
    before = Colour[row.standing.upper()] if row.standing != "grey" else Colour.YELLOW
    target = Colour(before + 1)
    ahead = days_that_count(supervised_object, rules, now=now)
    possible = possible_acts(supervised_object, ahead.days, rules, now)
    must = [one for one in possible if one.ends in ahead.red_keys or not one.act.effort]
    free = [one for one in possible if one not in must]
    trial = ahead.with_done(must)
    low = figures.bands[target - 1]
    choice = cheapest_choice([one.act.effort for one in free], _changes(free, ahead.days), lambda sums: trial.reach(sums, low))
    acts = [*must, *(free[place] for place in choice.places)] if choice else []
    return LiftPlan(
        standing=row.standing,
        target=target.name.lower(),
        acts=tuple(one for one in acts if one.act.effort),
        effort=sum(one.act.effort for one in acts),
        shown_after=ahead.days[-1],
        scores=tuple(int(one) for one in ahead.with_done(acts).scores(nothing_on(ahead.days).reshape(1, -1))[0][0]),
        reachable=choice is not None,
        proven=choice is None or choice.proven,
    )


@dataclass(frozen=True)
class DaysAhead:
    """The days that a step up needs, with what will be known of each as far as it is known now; `ended` are keys of facts that
    acts have ended, `counts` int32[days, len(Count)].
    """

    days: Sequence[date]
    inputs: Sequence[Inputs]
    counts: Change
    figures: Figures
    ended: frozenset[str] = frozenset()

    @property
    def red_keys(self) -> set[str]:
        """The facts that make red on any of the days."""
        return {
            source.key
            for one in self.inputs
            for _row, kind, source in one.facts
            if kind in self.figures.red_lines and source.ended_on is None and not source.appeal
        }

    def with_done(self, acts: Sequence[Possible]) -> "DaysAhead":
        """The same with these acts done."""
        done = self.counts + sum((one.change for one in acts), nothing_on(self.days))
        ended = self.ended | {one.ends for one in acts if one.ends}
        return DaysAhead(self.days, self.inputs, done, self.figures, ended)

    def reach(self, sums: NDArray[np.int32], low: int) -> NDArray[np.bool_]:
        """Whether each sum of changes brings every day to `low` or above, with no red line and enough known: bool[n]."""
        scores, held = self.scores(sums)
        return (scores >= low).all(axis=1) & ~held

    def scores(self, sums: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """The score of each day with each sum of changes (int32[n, days * len(Count)]), and whether any day stays red or grey."""
        changes = sums.reshape(len(sums), len(self.days), len(Count))
        scores, held = np.zeros(changes.shape[:2], np.int32), np.zeros(len(sums), np.bool_)
        for place, (one, day) in enumerate(zip(self.inputs, self.days, strict=True)):
            left = [fact for fact in one.facts if not (fact[2].key in self.ended and fact[1] in self.figures.red_lines)]
            facts, _sources, relief, _appeals = gather(day, left, one.relief)
            counts = np.maximum(self.counts[place] + changes[:, place], 0)
            found = score(counts, *repeated(facts, relief, len(sums)), self.figures)
            scores[:, place] = found.score
            held |= bool(found.red_line.any()) | (found.band == Colour.GREY)
        return scores, held


def days_that_count(supervised_object: SupervisedObject, rules: PointsRules, *, now: datetime) -> DaysAhead:
    """From today on as many days as a step up asks for."""
    figures = rules.figures()
    today = timezone.localtime(now).date()
    days = [today + timedelta(days=step) for step in range(figures.step_days)]
    inputs = [read_inputs([key_of(supervised_object.pk)], one, rules) for one in days]
    return DaysAhead(days, inputs, np.concatenate([one.counts for one in inputs]), figures)


def _changes(acts: Sequence[Possible], days: Sequence[date]) -> NDArray[np.int32]:
    """Each act's change as one row."""
    return np.array([one.change.ravel() for one in acts] or np.zeros((0, len(days) * len(Count))), np.int32)
