"""The night run: what it reads, that it may die anywhere, that any past day is reckoned again to the same."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from tests.supervision.points import DAY, FIRST, at, certify, ledger, make_object, make_task, make_tasks, score_day
from tocsin.base.ids import new_id
from tocsin.bus.bulk import write_rows
from tocsin.bus.models import OutboxEvent
from tocsin.engine.points.ledger import read_lines
from tocsin.supervision.inspections.models import Finding, Penalty
from tocsin.supervision.objects.models import LedgerDay, PointsEvent, SupervisedObject
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.points.models import Consequence, PointsRun
from tocsin.supervision.points.queries.ledger import recompute
from tocsin.supervision.points.services import night as points_run
from tocsin.supervision.points.services.night import assign_due_points, assign_stretch, due_days
from tocsin.supervision.tasks.models import Task
from tocsin.workshop.bench.register import fill

pytestmark = pytest.mark.django_db


def lines(found: SupervisedObject, day: Any = DAY) -> dict[str, tuple[int, tuple[Any, ...]]]:
    return {line.code: (line.hundredths, line.evidence) for line in read_lines(ledger(found, day).lines)}


def make_finding(found: SupervisedObject, number: str, **fields: Any) -> Finding:
    given = {
        "grade": "ordinary",
        "state": "open",
        "text": "a door is blocked",
        "found_at": at(DAY - timedelta(days=20)),
        **fields,
    }
    return Finding.objects.create(number=number, object=found, region_code=found.region_code, **given)


def test_a_night_reads_everything_that_counts() -> None:
    firm = make_object("A")
    make_tasks(firm, DAY, "ddldm")
    make_task(firm, DAY - timedelta(days=40), "missed")  # out of the window
    make_task(firm, DAY + timedelta(days=1), "open")
    make_task(firm, DAY - timedelta(days=2), "exempt")
    make_task(firm, DAY - timedelta(days=35), "done", deferred_to=at(DAY - timedelta(days=3)), weight=3)
    make_task(firm, DAY, "done", rule="commitment")
    make_task(firm, DAY - timedelta(days=1), "missed", rule="commitment")
    make_finding(firm, "F1", due_on=DAY - timedelta(days=1))
    make_finding(firm, "F2", due_on=DAY)  # its last day still counts as in time
    make_finding(firm, "F3", due_on=DAY - timedelta(days=3), state="closed", rectified_at=at(DAY), closed_at=at(DAY))
    certify(firm, expires=DAY - timedelta(days=1))
    score_day()
    found = lines(firm)
    assert found["tasks"][1] == (7, 1, 10)
    assert found["hazards"] == (2250, (1, 0, 8))  # five own checks, three dangers known
    assert found["persons"] == (0, (1, 0, 0, 0, 0, 0))
    assert found["commitments"] == (500, (2, 1))
    row = ledger(firm)
    assert row.score == sum(one[0] for one in found.values())
    assert found["today"] == (0, (1, 0, 1))
    assert row.feedback == 20 - 50
    assert row.rule_version.startswith("shipped-")


def test_red_lines_and_deductions_from_findings_penalties_and_events() -> None:
    firm, other = make_object("A"), make_object("B")
    for one in (firm, other):
        make_tasks(one, DAY, "d" * 10)
    make_finding(firm, "M1", grade="major", due_on=DAY - timedelta(days=1))
    Penalty.objects.create(
        object=other, kind="fine", document_number="P1", decided_on=DAY - timedelta(days=90), entered_at=at(DAY)
    )
    note_event(supervised_object=other, kind="proved_report", key="report:1", began_on=DAY, now=at(DAY))
    note_event(supervised_object=other, kind="proved_report", key="report:1", began_on=DAY, now=at(DAY))
    score_day()
    red, blue = ledger(firm), ledger(other)
    assert (red.band, red.colour) == ("red", "red")
    assert lines(firm)["major_danger"] == (-1500, ("finding:M1", (DAY - timedelta(days=20)).isoformat(), None))
    assert lines(firm)["major_overdue"][0] == 0
    assert lines(other)["penalty"] == (-250, ("penalty:P1", (DAY - timedelta(days=90)).isoformat(), None))
    assert lines(other)["proved_report"][0] == -500
    assert PointsEvent.objects.count() == 1
    assert blue.score == sum(one[0] for one in lines(other).values())


def test_a_silent_firm_is_grey_and_a_new_one_begins_at_80_when_anything_is_known_of_it() -> None:
    silent, new, unknown = make_object("A"), make_object("B", created=DAY), make_object("E", created=DAY)
    certify(new)
    make_object("C", created=DAY + timedelta(days=1))  # not there yet
    make_object("D", active=False)
    score_day()
    assert (ledger(silent).colour, ledger(new).colour, ledger(new).score) == ("grey", "blue", 8000)
    assert (ledger(unknown).colour, LedgerDay.objects.count()) == ("grey", 3)


def all_of_the_night() -> tuple[list[Any], ...]:
    """All that a night writes, without ids and times of writing."""
    return (
        list(LedgerDay.objects.order_by("pk").values()),
        list(Consequence.objects.order_by("object_id", "kind").values("object_id", "kind", "day", "colour", "due_at")),
        sorted(row.data["object_id"] + row.data["after"] + row.region_code for row in OutboxEvent.objects.all()),
        list(PointsRun.objects.values("cursor", "scored", "moves", "tallies", "ended_at")),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dies_at", [1, 2, 4])
def test_a_run_killed_in_a_transaction_goes_on_to_the_same_ledger(monkeypatch: pytest.MonkeyPatch, dies_at: int) -> None:
    firms = [make_object(f"F{number:02d}", created=DAY - timedelta(days=number)) for number in range(43)]
    for firm in firms[::3]:
        make_tasks(firm, DAY, "dmd")
    now, calls, real = at(DAY + timedelta(days=1), 0.5), [], points_run.follow_colours

    def night() -> None:
        while assign_stretch(day=DAY, now=now, read=15, write=4):
            pass

    def killed(*args: Any, **kwargs: Any) -> int:
        calls.append(1)
        if len(calls) == dies_at:
            raise KeyboardInterrupt  # rows of the ledger are written by now, nothing else of this transaction is
        return real(*args, **kwargs)

    night()
    undisturbed = all_of_the_night()
    assert len(undisturbed[0]) == len(firms)
    assert undisturbed[1]
    for model in (LedgerDay, Consequence, OutboxEvent, PointsRun):
        model.objects.all().delete()
    monkeypatch.setattr(points_run, "follow_colours", killed)
    with pytest.raises(KeyboardInterrupt):
        night()
    assert (LedgerDay.objects.count() > 0) == (dies_at > 1)
    assert LedgerDay.objects.count() == PointsRun.objects.get().scored < len(firms)
    night()
    assert all_of_the_night() == undisturbed
    night()
    assert all_of_the_night() == undisturbed


WORDS = ["plain", "tab\there", "line\nbreak\r", 'back\\slash "quoted"', "\\N", "", "隐患"]


def test_rows_in_bulk_come_back_as_they_were() -> None:
    firm = make_object("A")
    size = len(WORDS)
    columns: dict[str, list[Any]] = {
        "id": [new_id() for _one in WORDS],
        "object": [firm.pk] * size,
        "day": [DAY - timedelta(days=number) for number in range(size)],
        "colour": ["red"] * size,
        "kind": ["check"] * size,
        "due_at": [at(DAY), None, *[at(DAY, 1.5)] * (size - 2)],
        "words": WORDS,
    }
    assert write_rows(Consequence, columns) == size
    found = {row.pk: row for row in Consequence.objects.all()}
    for number, one in enumerate(columns["id"]):
        row = found[one]
        assert (row.words, row.due_at, row.day) == (WORDS[number], columns["due_at"][number], columns["day"][number])
    assert write_rows(Consequence, {name: [] for name in columns}) == 0
    with pytest.raises(ValueError, match="length"):
        write_rows(Consequence, {**columns, "words": ["one"]})
    with pytest.raises(IntegrityError), transaction.atomic():  # Django's own, by whichever way the rows go
        write_rows(Consequence, columns)


def test_two_runners_never_write_an_object_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        make_object(f"F{number}", created=DAY)
    now = at(DAY + timedelta(days=1), 0.5)
    real = points_run._read
    raced = []

    def read_and_be_overtaken(*args: Any) -> Any:
        column = real(*args)
        if not raced:
            raced.append(1)
            assign_stretch(day=DAY, now=now, read=3)
        return column

    monkeypatch.setattr(points_run, "_read", read_and_be_overtaken)
    assert assign_stretch(day=DAY, now=now, read=3) == 0
    while assign_stretch(day=DAY, now=now, read=3):
        pass
    assert LedgerDay.objects.count() == 6


DUE = [
    ("before half past midnight", 0.4, [DAY - timedelta(days=1)]),
    ("from half past midnight", 0.5, [DAY - timedelta(days=1), DAY]),
    ("all day long", 23.9, [DAY - timedelta(days=1), DAY]),
]


@pytest.mark.parametrize(("name", "hour", "days"), DUE, ids=[one[0] for one in DUE])
def test_days_that_are_due(name: str, hour: float, days: list[Any]) -> None:
    PointsRun.objects.create(day=DAY - timedelta(days=2), begun_at=at(DAY), ended_at=at(DAY))
    assert due_days(at(DAY + timedelta(days=1), hour)) == days


def test_missed_nights_are_made_up_for_oldest_first_and_the_very_first_one_looks_at_yesterday() -> None:
    make_object("A", created=FIRST)
    now = at(DAY + timedelta(days=1), 9)
    assert due_days(now) == [DAY]
    PointsRun.objects.create(day=DAY - timedelta(days=4), begun_at=now, ended_at=now)
    while assign_due_points(now=now):
        pass
    assert sorted(LedgerDay.objects.values_list("day", flat=True)) == [DAY - timedelta(days=back) for back in (3, 2, 1, 0)]
    PointsRun.objects.all().delete()
    PointsRun.objects.create(day=DAY - timedelta(days=300), begun_at=now, ended_at=now)
    assert len(due_days(now)) == 14  # policy: no further back


def test_colours_step_and_are_told_and_trigger_what_policy_says() -> None:
    firm = make_object("A")
    make_tasks(firm, DAY - timedelta(days=4), "d" * 10)
    certify(firm)
    event = note_event(supervised_object=firm, kind="refused_inspection", key="r", began_on=DAY - timedelta(days=3), now=at(DAY))
    event.ended_on = DAY - timedelta(days=2)
    event.save()
    for back in (4, 3, 2, 1, 0):
        score_day(DAY - timedelta(days=back))
    shown = [ledger(firm, DAY - timedelta(days=back)).colour for back in (4, 3, 2, 1, 0)]
    assert shown == ["green", "red", "red", "red", "yellow"]
    told = [row.data for row in OutboxEvent.objects.filter(name="supervision.ColourChanged").order_by("pk")]
    assert [(one["before"], one["after"]) for one in told] == [("grey", "green"), ("green", "red"), ("red", "yellow")]
    made = {(row.colour, row.kind): row for row in Consequence.objects.all()}
    assert set(made) == {
        ("green", "inspection_by_lot"),
        *(("red", kind) for kind in ("notice", "urgent_check", "key_supervision")),
        *(("yellow", kind) for kind in ("talk", "check")),
    }
    red_at = at(DAY - timedelta(days=2), 0.5)
    assert made["red", "urgent_check"].due_at == red_at + timedelta(hours=24)
    assert made["red", "notice"].due_at.date() == at(DAY - timedelta(days=2), 23).date()
    assert made["green", "inspection_by_lot"].words == "superseded"
    assert made["red", "urgent_check"].done_at is None  # stays open until somebody was there


def test_any_past_day_is_reckoned_again_to_the_same() -> None:
    draw = random.Random(7)
    firms = [make_object(f"F{number:02d}", created=FIRST + timedelta(days=draw.randrange(50))) for number in range(12)]
    for firm in firms:
        make_tasks(firm, DAY, "".join(draw.choice("ddddlm-") for _ in range(40)), weight=draw.randrange(1, 4))
        if draw.random() < 0.5:
            make_finding(
                firm, f"N{firm.name}", grade=draw.choice(["ordinary", "major"]), due_on=DAY - timedelta(days=draw.randrange(6))
            )
        if draw.random() < 0.5:
            note_event(
                supervised_object=firm, kind="accident", key="a", began_on=DAY - timedelta(days=draw.randrange(30)), now=at(DAY)
            )
    days = [DAY - timedelta(days=back) for back in range(5, -1, -1)]
    for day in days:
        score_day(day)
    Finding.objects.update(
        state="closed", closed_at=at(DAY, 30), rectified_at=at(DAY, 30)
    )  # what happens later changes no past day
    for row in LedgerDay.objects.all():
        again = recompute(row)
        assert (again.score, again.band, again.standing, again.colour) == (row.score, row.band, row.standing, row.colour)
        assert again.lines == row.lines
    assert {row.colour for row in LedgerDay.objects.all()} >= {"red", "yellow"}


def test_the_register_of_the_bench_is_one_that_a_night_scores() -> None:
    ids = fill(103, 10, DAY)
    assert [str(one) for one in ids] == sorted(str(pk) for pk in SupervisedObject.objects.values_list("pk", flat=True))
    assert Task.objects.filter(state="done", done_at__lt=F("due_at")).count() > 800
    score_day()
    assert LedgerDay.objects.count() == 103
    assert len(set(LedgerDay.objects.values_list("score", flat=True))) > 20
