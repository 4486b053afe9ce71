"""What lifts one object by one band: the cheapest list of things it can do now, tried with the scorer on the days that count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.engine.points import Act, Colour, Count, Figures, cheapest_lift, score
from tocsin.engine.points.ledger import gather
from tocsin.engine.points.lift import Option, cheapest_by_weight
from tocsin.supervision.models import Finding, KeyPerson, Meter, SupervisedObject, Task
from tocsin.supervision.policy.points import Effort, PointsRules
from tocsin.supervision.queries.points import last_day, newest_revision
from tocsin.supervision.queries.points_inputs import MAJOR_DANGER, MAJOR_OVERDUE, Inputs, end_of, key_of, read_inputs
from tocsin.supervision.queries.points_rules import rules_for_today
from tocsin.supervision.rules.findings import FindingGrade, FindingState
from tocsin.supervision.rules.tasks import RUNNING, TaskTimes

TRIES: Final = 6  # parts of the score are not quite independent; the list is made longer until the scorer agrees
_RUNNING = [one.value for one in RUNNING]

type Change = NDArray[np.int32]  # what an act adds to the counts on each of the days, int32[days, len(Count)]


@dataclass(frozen=True)
class Possible:
    """One thing that can be done today: `kind` task, finding, certificate, sensor or red_line, `subject` names it."""

    act: Act
    kind: str
    subject: Any
    change: Change
    ends: str = ""  # the key of the fact that it ends


@dataclass(frozen=True)
class LiftPlan:
    """`acts` are the cheapest that lead from `standing` to `target`, shown after the night of `shown_after`; `reachable` is False
    where nothing that can be done now does. `scores` are the hundredths on the days that count, with everything done.
    """

    standing: str
    target: str
    acts: tuple[Possible, ...]
    effort: float
    shown_after: date
    scores: tuple[int, ...]
    reachable: bool


def lift_of(found: SupervisedObject, *, now: datetime) -> LiftPlan | None:
    """None for an object that is green, or that no night has scored yet.

    What is due until the colour is shown is part of the list: whatever is left undone pulls down again. Tasks of later days are
    not known yet.
    """
    rules = rules_for_today(found.region_code)
    day = last_day()
    row = newest_revision(found.pk, day) if day else None
    if row is None or row.standing == Colour.GREEN.name.lower():
        return None
    figures = rules.figures()
    before = Colour[row.standing.upper()] if row.standing != "grey" else Colour.YELLOW
    target = Colour(before + 1)
    today = timezone.localtime(now).date()
    days = [today + timedelta(days=step) for step in range(figures.step_days)]
    inputs = [read_inputs([key_of(found.pk)], one, rules) for one in days]
    possible = _possible(found, days, rules, now)
    low = figures.bands[target - 1]
    need_red = [one for one in possible if one.kind in ("red_line", "finding") and one.ends in _red_keys(inputs, figures)]
    need_red += [one for one in possible if not one.act.effort]
    chosen = _choose(possible, need_red, inputs, days, figures, low)
    acts = chosen or ()
    return LiftPlan(
        standing=row.standing,
        target=target.name.lower(),
        acts=tuple(one for one in acts if one.act.effort),
        effort=sum(one.act.effort for one in acts),
        shown_after=days[-1],
        scores=tuple(_scores(inputs, days, figures, acts)[0]),
        reachable=chosen is not None,
    )


def _choose(
    possible: Sequence[Possible],
    must: Sequence[Possible],
    inputs: Sequence[Inputs],
    days: Sequence[date],
    figures: Figures,
    low: int,
) -> list[Possible] | None:
    """The cheapest acts that bring every one of the days to `low` or above with no red line; None where all of them do not."""
    if not _enough(possible, inputs, days, figures, low):
        return None
    base, _red = _scores(inputs, days, figures, must)
    free = [one for one in possible if one not in must]
    groups = [_options(group, must, inputs, days, figures) for group in _groups(free)]
    need = max(0, max(low - one for one in base))
    for _try in range(TRIES):
        lift = cheapest_lift(groups, need)
        if lift is None:
            break
        keys = {one.key for one in lift.acts}
        chosen = [*must, *(one for one in free if one.act.key in keys)]
        if _enough(chosen, inputs, days, figures, low):
            return _pruned(chosen, must, inputs, days, figures, low)
        short = max(low - one for one in _scores(inputs, days, figures, chosen)[0])
        need += max(1, short)
    return _pruned(list(possible), must, inputs, days, figures, low)


def _pruned(
    chosen: list[Possible], must: Sequence[Possible], inputs: Sequence[Inputs], days: Sequence[date], figures: Figures, low: int
) -> list[Possible]:
    """Without what is not needed, the dearest left out first."""
    for one in sorted(chosen, key=lambda one: -one.act.effort):
        rest = [other for other in chosen if other is not one]
        if one not in must and _enough(rest, inputs, days, figures, low):
            chosen = rest
    return chosen


def _enough(acts: Sequence[Possible], inputs: Sequence[Inputs], days: Sequence[date], figures: Figures, low: int) -> bool:
    scores, red = _scores(inputs, days, figures, acts)
    return not red and min(scores) >= low


def _scores(inputs: Sequence[Inputs], days: Sequence[date], figures: Figures, acts: Sequence[Possible]) -> tuple[list[int], bool]:
    """The score of each day with these acts done, and whether any day stays red or unknown all the same."""
    ended = {one.ends for one in acts if one.ends}
    scores, red = [], False
    for place, (one, day) in enumerate(zip(inputs, days, strict=True)):
        counts = one.counts + sum((act.change[place] for act in acts), np.zeros((1, len(Count)), np.int32))
        left = [fact for fact in one.facts if not (fact[2].key in ended and fact[1] in figures.red_lines)]
        facts, _sources, relief, _appeals = gather(day, left, one.relief)
        found = score(np.maximum(counts, 0), facts, relief, figures)
        scores.append(int(found.score[0]))
        red = red or bool(found.red_line.any()) or int(found.band[0]) == Colour.GREY
    return scores, red


def _groups(free: Sequence[Possible]) -> list[list[Possible]]:
    """Acts whose gains depend on one another."""
    found: dict[str, list[Possible]] = {}
    for one in free:
        kind = f"task:{one.subject.rule}" if one.kind == "task" and one.change[:, Count.COMMITMENTS_KEPT].any() else one.kind
        found.setdefault(kind, []).append(one)
    return list(found.values())


def _options(
    group: Sequence[Possible], must: Sequence[Possible], inputs: Sequence[Inputs], days: Sequence[date], figures: Figures
) -> list[Option]:
    """The cheapest choice for each amount of the same kind, with what it gains on the day where it gains least."""
    base, _red = _scores(inputs, days, figures, must)
    weights = [(one.act, max(1, int(np.abs(one.change).max(axis=0).sum()))) for one in group]
    by_key = {one.act.key: one for one in group}
    options = []
    for acts in cheapest_by_weight(weights).values():
        scores, _red = _scores(inputs, days, figures, [*must, *(by_key[act.key] for act in acts)])
        gain = min(after - before for after, before in zip(scores, base, strict=True))
        if gain > 0:
            options.append(Option(gain, acts))
    return options


def _possible(found: SupervisedObject, days: Sequence[date], rules: PointsRules, now: datetime) -> list[Possible]:
    return [
        *_tasks(found, days, rules, now),
        *_findings(found, days, rules.effort),
        *_certificates(found, days, rules.effort),
        *_sensors(found, days, rules),
        *_facts(found, days, rules),
    ]


def _tasks(found: SupervisedObject, days: Sequence[date], rules: PointsRules, now: datetime) -> list[Possible]:
    effort = rules.effort
    by_weight = {1: effort.task_normal, 2: effort.task_important, 3: effort.task_key}
    result = []
    for task in Task.objects.filter(object=found, state__in=_RUNNING, opens_at__lt=end_of(days[-1])):
        times = TaskTimes(task.due_at, task.deferred_to, None, task.missed_at)
        if task.missed_at is not None and now > max(task.missed_at, times.end):
            continue
        done_at = max(now, task.opens_at)
        in_time = done_at <= times.end
        change = _nothing(days)
        for place, day in enumerate(days):
            if end_of(day - timedelta(days=rules.window_days)) <= times.end < end_of(day) and done_at < end_of(day):
                change[place, Count.TASKS_ON_TIME if in_time else Count.TASKS_LATE] += task.weight
                change[place, Count.CHECKS] += task.rule in rules.hazards.check_rules
                if in_time and task.rule in rules.persons.training_rules:
                    change[place, Count.TRAININGS_KEPT] += task.weight
                if in_time and task.rule in rules.commitments.rules:
                    change[place, Count.COMMITMENTS_KEPT] += 1
        if change.any():
            hours = effort.commitment if task.rule in rules.commitments.rules else by_weight.get(task.weight, effort.task_normal)
            result.append(Possible(Act(f"task:{task.pk}", hours), "task", task, change))
    return result


def _findings(found: SupervisedObject, days: Sequence[date], effort: Effort) -> list[Possible]:
    open_ones = Finding.objects.filter(object=found, state=FindingState.OPEN, rectified_at=None)
    result = []
    for finding in open_ones.filter(due_on__lt=days[-1]):
        major = finding.grade == FindingGrade.MAJOR
        change = _nothing(days)
        for place, day in enumerate(days):
            if finding.due_on < day:
                change[place, Count.OVERDUE_MAJOR if major else Count.OVERDUE_ORDINARY] -= 1
        hours = effort.major_danger if major else effort.ordinary_danger
        ends = f"finding:{finding.number}" if major else ""
        result.append(Possible(Act(f"finding:{finding.pk}", hours), "finding", finding, change, ends))
    return result


def _certificates(found: SupervisedObject, days: Sequence[date], effort: Effort) -> list[Possible]:
    result = []
    for person in (
        KeyPerson.objects.filter(object=found, active=True).exclude(required_certificate="").prefetch_related("certificates")
    ):
        good = [one for one in person.certificates.all() if one.name == person.required_certificate and one.status == "valid"]
        change = _nothing(days)
        for place, day in enumerate(days):
            if not any(one.expires is None or one.expires >= day for one in good):
                change[place, Count.CERTIFICATES_VALID] += 1
        if change.any():
            result.append(Possible(Act(f"certificate:{person.pk}", effort.certificate), "certificate", person, change))
    return result


def _sensors(found: SupervisedObject, days: Sequence[date], rules: PointsRules) -> list[Possible]:
    """Meters that were not heard lately; those that are heard now are taken to go on."""
    result = []
    heard_ms = int((end_of(days[0]) - timedelta(days=1, hours=rules.monitoring.online_h)).timestamp() * 1000)
    for meter in Meter.objects.filter(object=found, active=True, sensor__isnull=False).select_related("sensor"):
        change = _nothing(days)
        change[:, Count.SENSORS_ONLINE] += 1
        online = meter.sensor is not None and (meter.sensor.last_ts or 0) >= heard_ms
        result.append(Possible(Act(f"sensor:{meter.pk}", 0.0 if online else rules.effort.sensor), "sensor", meter, change))
    return result


def _facts(found: SupervisedObject, days: Sequence[date], rules: PointsRules) -> list[Possible]:
    """Red lines that a person of the authority lifts when the firm has done its part."""
    kinds = {one.kind for one in rules.red_line} - {MAJOR_OVERDUE, MAJOR_DANGER}
    events = found.points_events.filter(kind__in=kinds, ended_on=None)
    return [Possible(Act(f"event:{one.pk}", rules.effort.red_line), "red_line", one, _nothing(days), one.key) for one in events]


def _red_keys(inputs: Sequence[Inputs], figures: Figures) -> set[str]:
    return {
        source.key
        for one in inputs
        for _row, kind, source in one.facts
        if kind in figures.red_lines and source.ended_on is None and not source.appeal
    }


def _nothing(days: Sequence[date]) -> Change:
    return np.zeros((len(days), len(Count)), np.int32)
