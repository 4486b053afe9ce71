"""What lifts one object by one band: the cheapest list of things it can do now, tried with the scorer on the days that count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.engine.points.colours import Colour, next_standing
from tocsin.engine.points.figures import Figures
from tocsin.engine.points.ledger import gather
from tocsin.engine.points.lift import cheapest_choice, repeated
from tocsin.engine.points.scorer import Count, score
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.acts import Change, Possible, nothing_on, possible_acts
from tocsin.supervision.points.queries.inputs import Inputs, read_inputs
from tocsin.supervision.points.queries.keys import key_of
from tocsin.supervision.points.queries.ledger import last_day, newest_revision
from tocsin.supervision.points.queries.rules import rules_for_today

FAR_AHEAD: Final = (3, 5, 7, 10, 14, 21, 30)
"""Days after which it is looked whether everything done now is enough, as old days leave the window."""


@dataclass(frozen=True)
class LiftPlan:
    """`acts` lead from `standing` to `target`, shown after the night of `shown_after`: the cheapest, where they are enough
    (`reachable`); else all that helps, what helps most first, and `shown_after` is the first looked-at night by which old days
    have left the window (None: none of them). `gains`: hundredths that each act alone brings on the last day. `tonight`: the
    colour after tonight if nothing is done. `need` and `score`: hundredths asked for, and reached with the acts. `proven`: no
    cheaper list leads there (False only where there were too many to look at). `days`: those that count.
    """

    standing: str
    target: str
    tonight: str
    acts: tuple[Possible, ...]
    gains: tuple[int, ...]
    effort: float
    shown_after: date | None
    need: int
    score: int
    days: tuple[date, ...]
    reachable: bool
    proven: bool = True


def lift_of(supervised_object: SupervisedObject, *, now: datetime) -> LiftPlan | None:
    """None for an object that is green and stays so tonight, or that no night has scored yet.

    What is due until the colour is shown is part of the list: whatever is left undone pulls down again. Tasks of later days are
    not known yet. Days that the object has already been in the better band count. Where tonight makes worse, the plan is to stay.
    """
    rules = rules_for_today(supervised_object.region_code)
    day = last_day()
    row = newest_revision(supervised_object.pk, day) if day else None
    if row is None:
        return None
    standing = Colour[row.standing.upper()] if row.standing != "grey" else Colour.YELLOW
    today = days_that_count(supervised_object, rules, now=now, days=1)
    tonight = today.standing_after(standing, row)
    if standing is Colour.GREEN and tonight is Colour.GREEN:
        return None
    if tonight < standing:
        stays = _plan(supervised_object, rules, today, target=standing, row=row, tonight=tonight, now=now)
        if stays.reachable:
            return stays
    target = Colour(min(tonight, standing) + 1)
    served = {Colour.YELLOW: row.days_in_yellow, Colour.BLUE: row.days_in_blue, Colour.GREEN: row.days_in_green}[target]
    needed = max(1, rules.figures().step_days - served) if tonight >= standing else rules.figures().step_days
    ahead = days_that_count(supervised_object, rules, now=now, days=needed)
    return _plan(supervised_object, rules, ahead, target=target, row=row, tonight=tonight, now=now)


def _plan(
    supervised_object: SupervisedObject,
    rules: PointsRules,
    ahead: "DaysAhead",
    *,
    target: Colour,
    row: LedgerDay,
    tonight: Colour,
    now: datetime,
) -> LiftPlan:
    possible = possible_acts(supervised_object, ahead.days, rules, now)
    must = [one for one in possible if one.ends in ahead.red_keys or not one.act.effort]
    free = [one for one in possible if one not in must]
    trial, low = ahead.with_done(must), rules.figures().bands[target - 1]
    choice = cheapest_choice([one.act.effort for one in free], _changes(free, ahead.days), lambda sums: trial.reach(sums, low))
    if choice is not None:
        acts = [*must, *(free[place] for place in choice.places)]
        shown: date | None = ahead.days[-1]
    else:
        acts = possible
        shown = _far_ahead(supervised_object, rules, low, now)
    acts = [one for one in acts if one.act.effort]
    gains = _gains(ahead, acts)
    if choice is None:
        order = sorted(range(len(acts)), key=lambda place: -gains[place])
        acts, gains = [acts[place] for place in order], [gains[place] for place in order]
    return LiftPlan(
        standing=row.standing,
        target=target.name.lower(),
        tonight=tonight.name.lower(),
        acts=tuple(acts),
        gains=tuple(gains),
        effort=sum(one.act.effort for one in acts),
        shown_after=shown,
        need=low,
        score=ahead.with_done([*must, *acts]).score_of_last_day(),
        days=tuple(ahead.days),
        reachable=choice is not None,
        proven=choice is None or choice.proven,
    )


def _far_ahead(supervised_object: SupervisedObject, rules: PointsRules, low: int, now: datetime) -> date | None:
    """The first of FAR_AHEAD by whose night everything that can be done now has become enough, with the days of the step."""
    today = timezone.localtime(now).date()
    for days in FAR_AHEAD:
        far = today + timedelta(days=days)
        ahead = DaysAhead.of(supervised_object, [far], rules)
        done = ahead.with_done(possible_acts(supervised_object, [far], rules, now))
        if done.reach(nothing_on([far]).reshape(1, -1), low)[0]:
            return far + timedelta(days=rules.figures().step_days - 1)
    return None


def _gains(ahead: "DaysAhead", acts: Sequence[Possible]) -> list[int]:
    """What each act alone brings on the last day, in hundredths."""
    before = ahead.score_of_last_day()
    return [ahead.with_done([one]).score_of_last_day() - before for one in acts]


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

    @classmethod
    def of(cls, supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules) -> "DaysAhead":
        """What will be known of the object at the end of these days, as far as it is known now."""
        inputs = [read_inputs([key_of(supervised_object.pk)], one, rules) for one in days]
        return cls(days, inputs, np.concatenate([one.counts for one in inputs]), rules.figures())

    def standing_after(self, before: Colour, row: LedgerDay) -> Colour:
        """Where the object stands after the first of the days, if nothing is done; what is not known makes nothing worse."""
        one = self.inputs[0]
        facts, _sources, relief, _appeals = gather(self.days[0], one.facts, one.relief)
        band = score(one.counts, facts, relief, self.figures).band
        runs = np.array([[row.days_in_yellow, row.days_in_blue, row.days_in_green]], np.int16)
        standing, _colour, _runs = next_standing(band, np.array([before], np.int8), runs, self.figures)
        return Colour(int(standing[0]))

    def score_of_last_day(self) -> int:
        """The hundredths of the last day."""
        return int(self.scores(nothing_on(self.days).reshape(1, -1))[0][0][-1])

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


def days_that_count(supervised_object: SupervisedObject, rules: PointsRules, *, now: datetime, days: int) -> DaysAhead:
    """From today on so many days."""
    today = timezone.localtime(now).date()
    return DaysAhead.of(supervised_object, [today + timedelta(days=step) for step in range(days)], rules)


def _changes(acts: Sequence[Possible], days: Sequence[date]) -> NDArray[np.int32]:
    """Each act's change as one row."""
    return np.array([one.change.ravel() for one in acts] or np.zeros((0, len(days) * len(Count))), np.int32)
