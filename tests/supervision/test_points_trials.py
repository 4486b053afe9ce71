"""Drafts of the policy tried on history by the worker: all objects and days, killed and resumed, given up with a reason."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.people import LICANG, make_named_person
from tests.supervision.points import DAY, FIRST, at, certify, make_object, make_tasks, score_day, tried
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.versions.models import PolicyVersion
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.points.policy import read_draft, shipped_text
from tocsin.supervision.points.queries.keys import key_of
from tocsin.supervision.points.queries.ledger import recompute
from tocsin.supervision.points.queries.replay import replay
from tocsin.supervision.points.services import trial as points_trial
from tocsin.supervision.points.services.trial import POINTS, ask_trial, work_on_next_trial
from tocsin.supervision.versions.models import PolicyTrial
from tocsin.supervision.versions.services import draft_version

pytestmark = pytest.mark.django_db

STRICTER = shipped_text().replace("green = 90.0", "green = 97.0").replace("late_credit = 0.5", "late_credit = 0.0")


def city(number: int, days: int) -> list[SupervisedObject]:
    """Firms with all kinds of days, some new, some not there on every day, scored on the last days."""
    draw = random.Random(11)
    firms = [make_object(f"F{one:02d}", created=DAY - timedelta(days=draw.choice([2, 20, 50]))) for one in range(number)]
    for firm in firms:
        make_tasks(firm, DAY, "".join(draw.choice("ddddlm-") for _ in range(40)), weight=draw.randrange(1, 4))
        if draw.random() < 0.6:
            certify(firm)
        if draw.random() < 0.4:
            began = DAY - timedelta(days=draw.randrange(5))
            kind = draw.choice(["accident", "refused_inspection", "false_data"])
            note_event(supervised_object=firm, kind=kind, key="k", began_on=began, now=at(DAY))
    for back in range(days - 1, -1, -1):
        score_day(DAY - timedelta(days=back))
    return firms


def draft(author: User, text: str = STRICTER) -> PolicyVersion:
    return draft_version(POINTS, actor=author, region_code=LICANG, version=f"v-{PolicyVersion.objects.count()}", text=text)


def test_a_replay_equals_one_object_after_another() -> None:
    firms = sorted(city(14, 6), key=lambda one: one.pk)
    days = [DAY - timedelta(days=back) for back in (4, 3, 2, 1, 0)]
    rules = read_draft(STRICTER)
    expected = {}
    for firm in firms:
        before: Any = LedgerDay.objects.filter(object=firm, day=days[0] - timedelta(days=1)).first()
        for row in LedgerDay.objects.filter(object=firm, day__in=days).order_by("day"):
            before = recompute(row, before, rules)  # a new object: the twin looks for the day before itself, and finds none
        row = LedgerDay.objects.get(object=firm, day=DAY)
        expected[firm.pk] = (row.colour, before.colour, row.score, before.score)
    found = replay([key_of(one.pk) for one in firms], days, rules.figures())
    assert {one.object_id: (one.before, one.after, one.score_before, one.score_after) for one in found} == expected
    assert any(one.before != one.after for one in found)


def test_a_trial_killed_in_the_middle_goes_on_to_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    city(9, 4)
    author = make_named_person("author", "rule_engineer")
    undisturbed = tried(author, draft(author)).trial
    assert (undisturbed["looked_at"], undisturbed["objects"], undisturbed["days"]) == (9, 9, 4)
    assert undisturbed["changed"] == sum(
        number for move, number in undisturbed["matrix"].items() if len(set(move.split(">"))) > 1
    )
    version = draft(author)
    trial = ask_trial(actor=author, version_id=version.pk)
    assert ask_trial(actor=author, version_id=version.pk).pk == trial.pk
    real = points_trial.replay
    assert work_on_next_trial(stretch=2)

    def killed(*args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(points_trial, "replay", killed)
    with pytest.raises(KeyboardInterrupt):
        work_on_next_trial(stretch=2)
    monkeypatch.setattr(points_trial, "replay", real)
    assert not work_on_next_trial(stretch=2)  # held until the lease is over
    PolicyTrial.objects.filter(pk=trial.pk).update(free_at=timezone.now())
    while work_on_next_trial(stretch=2):
        pass
    assert PolicyVersion.objects.get(pk=version.pk).trial == undisturbed
    assert AuditEntry.objects.filter(action="points_policy.simulated").count() == 2


def test_who_lost_the_lease_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    city(4, 1)
    author = make_named_person("author", "rule_engineer")
    trial = ask_trial(actor=author, version_id=draft(author).pk)
    real, overtaken = points_trial.replay, []

    def slow(*args: Any) -> Any:
        if not overtaken:
            overtaken.append(1)
            PolicyTrial.objects.filter(pk=trial.pk).update(free_at=timezone.now())
            work_on_next_trial(stretch=2)
        return real(*args)

    monkeypatch.setattr(points_trial, "replay", slow)
    while work_on_next_trial(stretch=2):
        pass
    assert PolicyTrial.objects.get().found["looked_at"] == 4


def test_a_trial_that_fails_is_tried_again_then_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    city(2, 1)
    author = make_named_person("author", "rule_engineer")
    version = draft(author)
    ask_trial(actor=author, version_id=version.pk)

    def broken(*args: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(points_trial, "replay", broken)
        for _attempt in range(points_trial.ATTEMPTS + 1):
            assert work_on_next_trial()
            PolicyTrial.objects.update(free_at=timezone.now())
    trial = PolicyTrial.objects.get()
    assert trial.done_at is not None
    assert trial.error == "too_often:ZeroDivisionError"
    assert PolicyVersion.objects.get(pk=version.pk).trial == {}
    ask_trial(actor=author, version_id=version.pk)  # may be asked again
    PolicyTrial.objects.update(deadline=timezone.now())
    assert work_on_next_trial()
    assert PolicyTrial.objects.filter(error="too_long").count() == 1
    assert not work_on_next_trial()


LIMITS: list[tuple[str, int, list[date]]] = [
    ("all days", 30, [DAY - timedelta(days=2), DAY - timedelta(days=1), DAY]),
    ("fewer days, never fewer objects", 11, [DAY - timedelta(days=1), DAY]),
    ("one day", 5, [DAY]),
]


@pytest.mark.parametrize(("name", "most_rows", "days"), LIMITS, ids=[one[0] for one in LIMITS])
def test_the_limit_takes_days_not_objects(name: str, most_rows: int, days: list[date]) -> None:
    for number in range(5):
        make_object(f"F{number}", created=FIRST)
    for back in (2, 1, 0):
        score_day(DAY - timedelta(days=back))
    author = make_named_person("author", "rule_engineer")
    found = tried(author, draft(author, STRICTER.replace("most_rows = 30000000", f"most_rows = {most_rows}"))).trial
    assert (found["looked_at"], found["first"], found["until"], found["days"]) == (5, str(days[0]), str(days[-1]), len(days))


def test_who_may_ask_and_what_can_not_be_tried() -> None:
    author, viewer = make_named_person("author", "rule_engineer"), make_named_person("viewer", "viewer")
    version = draft(author, STRICTER.replace("most_rows = 30000000", "most_rows = 1"))
    with pytest.raises(Conflict, match=r"尚未计过积分|No day has been scored"):
        ask_trial(actor=author, version_id=version.pk)
    city(2, 1)
    with pytest.raises(Conflict, match="most_rows"):
        ask_trial(actor=author, version_id=version.pk)
    with pytest.raises(NotAllowed):
        ask_trial(actor=viewer, version_id=version.pk)
