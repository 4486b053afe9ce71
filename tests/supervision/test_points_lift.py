"""What lifts a firm is the cheapest list that does: beside a slow twin that tries every subset."""

import random
from datetime import datetime, timedelta

import numpy as np
import pytest

from tests.people import LICANG
from tests.supervision.points import DAY, at, certify, make_object, make_task, make_tasks, score_day
from tocsin.engine.points.colours import Colour
from tocsin.engine.points.figures import Part
from tocsin.engine.points.ledger import gather
from tocsin.engine.points.scorer import score
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.points.policy import shipped_rules
from tocsin.supervision.points.queries.acts import possible_acts
from tocsin.supervision.points.queries.inputs import read_inputs
from tocsin.supervision.points.queries.keys import key_of
from tocsin.supervision.points.queries.lift import LiftPlan, lift_of

pytestmark = pytest.mark.django_db


def cheapest_by_trying_all(found: SupervisedObject, plan: LiftPlan, now: datetime) -> float | None:
    """Slow twin: the least effort of all subsets of what can be done, each scored by itself, day by day."""
    rules = shipped_rules()
    figures = rules.figures()
    days = list(plan.days)
    known = [read_inputs([key_of(found.pk)], day, rules) for day in days]
    possible = possible_acts(found, days, rules, now)
    low = figures.bands[Colour[plan.target.upper()] - 1]
    efforts = []
    for number in range(1 << len(possible)):
        done = [one for place, one in enumerate(possible) if number >> place & 1]
        for place, day in enumerate(days):
            counts = known[place].counts.copy()
            for one in done:
                counts[0] += one.change[place]
            ended = {one.ends for one in done}
            facts = [one for one in known[place].facts if one[1] not in figures.red_lines or one[2].key not in ended]
            columns, _sources, relief, _appeals = gather(day, facts, known[place].relief)
            scored = score(np.maximum(counts, 0), columns, relief, figures)
            if scored.score[0] < low or scored.band[0] < Colour[plan.target.upper()]:
                break
        else:
            efforts.append(sum(one.act.effort for one in done))
    return min(efforts, default=None)


@pytest.mark.parametrize("seed", range(8))
def test_no_list_that_lifts_is_cheaper(seed: int) -> None:
    draw = random.Random(seed)
    firm = make_object("A", trade="chemicals")
    now = at(DAY + timedelta(days=1), 9)
    make_tasks(firm, DAY - timedelta(days=4), "".join(draw.choice("dddlm") for _ in range(9)), weight=2)
    for number in range(draw.randrange(2, 5)):
        make_task(
            firm,
            DAY + timedelta(days=draw.choice([-3, -1, 1, 2])),
            "open",
            rule=draw.choice(["self_check_week", "drill", "training", "commitment"]),
            weight=draw.randrange(1, 4),
            opens_at=at(DAY - timedelta(days=9 + number)),
        )
    for number in range(draw.randrange(3)):
        due, grade = DAY - timedelta(days=number), draw.choice(["ordinary", "ordinary", "major"])
        fields = {"region_code": LICANG, "state": "open", "text": "x", "found_at": at(DAY, -300)}
        Finding.objects.create(number=f"F{number}", object=firm, grade=grade, due_on=due, **fields)
    certify(firm, expires=DAY - timedelta(days=1) if draw.random() < 0.6 else None)
    if draw.random() < 0.5:
        note_event(supervised_object=firm, kind="refused_inspection", key="r", began_on=DAY - timedelta(days=2), now=at(DAY))
    score_day()
    plan = lift_of(firm, now=now)
    assert plan is not None
    least = cheapest_by_trying_all(firm, plan, now)
    assert (plan.reachable, plan.proven) == (least is not None, True)
    if plan.reachable:
        assert plan.effort == pytest.approx(least or 0.0)


def test_a_danger_put_right_never_costs_points() -> None:
    firm = make_object("A")
    certify(firm)
    make_tasks(firm, DAY, "dddddd", rule="drill")
    fields = {"region_code": LICANG, "state": "open", "text": "x", "found_at": at(DAY, -24 * 40)}
    finding = Finding.objects.create(number="F1", object=firm, grade="ordinary", due_on=DAY - timedelta(days=9), **fields)
    rules, before = shipped_rules(), []
    for rectified in (None, at(DAY)):  # no inspection and no own check in the window: only the danger is known
        finding.rectified_at = rectified
        finding.save()
        counts = read_inputs([key_of(firm.pk)], DAY, rules).counts
        columns, _sources, relief, _appeals = gather(DAY, [], [])
        before.append(int(score(counts, columns, relief, rules.figures()).parts[0, Part.HAZARDS]))
    assert before[1] > before[0]


def test_the_promised_night_does_not_slide() -> None:
    firm = make_object("A")
    certify(firm)
    make_tasks(firm, DAY + timedelta(days=2), "d" * 9)
    promised = []
    for days, served in ((0, 1), (1, 2)):  # a day more in the better band, and a day later
        day = DAY + timedelta(days=days)
        score_day(day)
        LedgerDay.objects.filter(day=day).update(standing="yellow", colour="yellow", days_in_yellow=9, days_in_blue=served)
        plan = lift_of(firm, now=at(day + timedelta(days=1), 9))
        assert plan is not None and plan.reachable
        promised.append(plan.shown_after)
    assert promised == [DAY + timedelta(days=2)] * 2


def test_only_what_a_person_can_enter_is_on_the_list_and_the_authority_owes_the_rest() -> None:
    firm = make_object("A")
    certify(firm)
    make_tasks(firm, DAY, "ddm", weight=2)
    score_day()
    fields = {"weight": 2, "opens_at": at(DAY)}
    own = make_task(firm, DAY + timedelta(days=1), "open", **fields)
    record = make_task(firm, DAY + timedelta(days=1), "open", rule="monitoring_weekly", **fields)
    record.met_by = "monitoring"
    record.save()
    possible = possible_acts(firm, [DAY + timedelta(days=1)], shipped_rules(), at(DAY + timedelta(days=1), 9))
    assert [one.subject for one in possible if one.kind == "task"] == [own]


def test_what_goes_wrong_tonight_is_told_before_the_night() -> None:
    firm = make_object("A")
    certify(firm)
    make_tasks(firm, DAY, "dddddd", rule="drill")
    make_task(firm, DAY, "done", rule="self_check_week")
    score_day()
    before = lift_of(firm, now=at(DAY + timedelta(days=1), 9))
    note_event(supervised_object=firm, kind="refused_inspection", key="r", began_on=DAY + timedelta(days=1), now=at(DAY))
    plan = lift_of(firm, now=at(DAY + timedelta(days=1), 9))
    assert plan is not None and (before is None or before.tonight != "red")
    assert plan.tonight == "red" and plan.target == plan.standing
    assert [one.kind for one in plan.acts] == ["red_line"]


def test_where_nothing_is_enough_the_way_is_told_all_the_same() -> None:
    firm = make_object("A")
    certify(firm)
    make_tasks(firm, DAY, "m" * 9, weight=3)
    small = make_task(firm, DAY + timedelta(days=2), "open", opens_at=at(DAY))
    score_day()
    plan = lift_of(firm, now=at(DAY + timedelta(days=1), 9))
    assert plan is not None and not plan.reachable
    assert [one.subject for one in plan.acts] == [small] and plan.gains[0] >= 0
    assert plan.score < plan.need
    assert plan.shown_after is not None and plan.shown_after > plan.days[-1]
