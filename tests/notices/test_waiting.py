"""What waits for whom: rows of every subject with clocks, cut to what the reader may act upon; and where each role lands."""

from datetime import date, timedelta

import pytest
from django.utils.translation import gettext_lazy

from tests.clocks import stand_at
from tests.pages import words_of
from tests.people import YANTAI, make_named_person, make_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.engine.work.firm import OrderKind
from tocsin.jurisdiction.people.models import User
from tocsin.screens.waiting import Waiting, WaitingKind, by_urgency
from tocsin.supervision.inspections.models import Finding, GamingSign
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.tasks.models import Task

KIND: WaitingKind = WaitingKind("one", gettext_lazy("Tasks"), (), found=lambda _user, _now: (), tell=lambda row: row)


def test_the_longest_overdue_stands_first_and_what_has_no_end_behind_what_ends_within_a_day() -> None:
    def row(name: str, since_h: float, due_h: float | None) -> Waiting:
        return Waiting(name, "/", NOW + timedelta(hours=since_h), None if due_h is None else NOW + timedelta(hours=due_h))

    rows = [row("soon", -1, 2), row("late", -9, -1), row("old", -300, None), row("later", -9, -5), row("next week", -1, 150)]
    rows.append(row("tomorrow", -1, 20))
    assert [one.about for _kind, one in by_urgency(((KIND, row) for row in rows), NOW)] == [
        "later",
        "late",
        "soon",
        "tomorrow",
        "old",
        "next week",
    ]


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    """The officer of a firm of which everything waits."""
    stand_at(monkeypatch, NOW)
    body = make_body("hongda")
    found = make_object("Hongda Chemicals", organisation=body)
    officer = make_named_person("officer", "firm_officer", body)
    finding = {"object": found, "region_code": found.region_code, "grade": "major", "found_at": NOW}
    Finding.objects.create(number="YH-1", text="valve leaks", state="open", due_on=date(2026, 11, 20), **finding)
    Finding.objects.create(
        number="YH-2", text="rail loose", state="open", due_on=date(2026, 11, 30), asked_until=date(2026, 12, 9), **finding
    )
    Finding.objects.create(
        number="YH-3", text="hose old", state="rectified", due_on=date(2026, 11, 30), rectified_at=NOW, **finding
    )
    task = {"object": found, "met_by": "entry", "state": "open", "opens_at": NOW - timedelta(days=1), "rule": "self_check_week"}
    Task.objects.create(key="a", due_at=NOW + timedelta(hours=5), **task)
    Task.objects.create(key="b", due_at=NOW + timedelta(days=1), asked_to=NOW + timedelta(days=4), **task)
    Appeal.objects.create(
        object=found,
        day=date(2026, 11, 20),
        reason_code="tasks",
        text="was ill",
        made_at=NOW,
        made_by=officer,
        due_on=date(2026, 12, 2),
    )
    Consequence.objects.create(object=found, day=date(2026, 11, 23), colour="red", kind="check", due_at=NOW - timedelta(hours=3))
    GamingSign.objects.create(object=found, kind="bulk", at=NOW, state="open")
    StopOrder.objects.create(
        number="S1",
        applied_at=NOW,
        served_at=NOW,
        object=found,
        region_code=found.region_code,
        kind=OrderKind.ORDERED_STOP,
        first=date(2026, 11, 20),
        made_at=NOW,
    )
    return officer


WAITS = {
    "supervisor": ["appeal", "consequence", "deferral", "extension", "gaming_sign", "recheck", "resumption"],
    "inspector": ["consequence", "recheck"],
    "viewer": [],
    "firm_officer": ["firm_danger", "firm_task"],
}


@pytest.mark.parametrize("role", WAITS)
def test_what_waits_for_a_role(firm: User, role: str) -> None:
    person = firm if role == "firm_officer" else make_person(role)
    client = signed_in(person)
    told = client.get("/api/v1/command/waiting/kinds").json()
    mine = {one["kind"] for one in told}
    assert set(WAITS[role]) <= mine
    assert role != "viewer" or mine == set()
    assert role == "firm_officer" or not {kind for kind in mine if kind.startswith("firm_")}
    rows = client.get("/api/v1/command/waiting").json()
    assert len(rows) == sum(one["waiting"] for one in told) == client.get("/waiting/count/").json()["waiting"]
    for row in rows:
        assert client.get(row["address"]).status_code == 200
    page = client.get("/waiting/").content.decode()
    assert all(one["kind_name"] in page for one in told)


def test_the_page_is_narrowed_to_a_kind_and_is_a_file(firm: User) -> None:
    client = signed_in(make_person("supervisor"))
    page = client.get("/waiting/?kind=extension", headers={"HX-Request": "true"}).content.decode()
    assert "YH-2" in words_of(page) and "YH-1" not in words_of(page) and "Hongda" in page
    lines = client.get("/waiting/?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 8 and "check" in lines[1]  # the head, then the only one that is overdue


@pytest.mark.parametrize("role", ["supervisor", "inspector", "firm_officer"])
def test_nothing_of_another_region_or_firm_waits(firm: User, role: str) -> None:
    stranger = make_named_person(f"far-{role}", role, make_body("other") if role == "firm_officer" else None, YANTAI)
    assert signed_in(stranger).get("/api/v1/command/waiting").json() == []


def test_who_made_an_appeal_does_not_answer_it(firm: User) -> None:
    head = make_person("supervisor")
    Appeal.objects.update(made_by=head)
    assert signed_in(head).get("/api/v1/command/waiting?kind=appeal").json() == []


HOMES = {
    "duty_officer": "/today/",
    "shift_leader": "/today/",
    "viewer": "/today/",
    "leader": "/today/",
    "rule_engineer": "/today/",
    "supervisor": "/today/",
    "inspector": "/today/",
    "firm_officer": "/today/",
    "unit_desk": "/today/",
    "utility_crew": "/today/",
    "system_administrator": "/setup/home/",  # to the steps of setting up, or past them
    "security_administrator": "/people/",
    "audit_administrator": "/records/audit/",
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", HOMES)
def test_each_role_lands_on_its_own_work(role: str) -> None:
    client = signed_in(make_named_person("somebody", role, make_body("body")))
    assert client.get("/home/").headers["Location"] == HOMES[role]
    client.logout()
    entered = client.post("/login/", {"username": "somebody", "password": "a long password", "next": "/"})
    assert entered.headers["Location"] == "/home/"
