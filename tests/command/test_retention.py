"""Closed cases at the end of their time: they go whole or not at all, and a tombstone says so."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from tests.command.street import START, Timeline, case_of
from tests.command.test_policy_in_force import put_in
from tests.jurisdiction.rows import complete
from tests.people import LICANG, SHINAN, make_named_person, make_person, signed_in
from tests.records.test_attachments import photo
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, CaseChange, Clock, Drill
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.services.files import attach_file
from tocsin.command.casebook.services.log import open_book
from tocsin.command.gathering.models import Apart, Proposal
from tocsin.command.handling.services.handling import Caller, open_case_by_hand, reopen_case
from tocsin.command.orders.models import Order
from tocsin.command.reports.models import Transmission
from tocsin.command.retention.services.cases import CASES
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.jurisdiction.people.models import User
from tocsin.portal.backup.returned import let_old_go
from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.services import sweeping
from tocsin.records.audit.models import AuditEntry
from tocsin.records.retention.models import Tombstone
from tocsin.records.retention.policy import RETENTION
from tocsin.records.retention.queries import standings, try_retention
from tocsin.records.retention.services import wholes
from tocsin.records.retention.services.forgetting import forget_what_is_old
from tocsin.records.retention.services.holds import lift_hold, place_hold
from tocsin.records.versions.models import PolicyVersion
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.alarms.models import Alarm

pytestmark = pytest.mark.django_db

GAS = [("gas_main_leak", 0.8, "G1")]
DAYS, AGE = 100, timedelta(days=120)


@pytest.fixture
def case(street: None, clock: Callable[..., None], time: Timeline) -> Case:
    """A case of two alarms of well 2 and 3, with whatever follows from it."""
    usual_bodies(LICANG)
    alarm = time.rings(2, GAS, level=4)
    time.rings(3, GAS, level=2)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def policy() -> None:
    put_in(f"[records.retention]\ncases_days = {DAYS}\npersons_days = 50\n")


def close(*cases: Case, age: timedelta = AGE) -> None:
    """What was left open is finished, and the cases were closed long ago."""
    Case.objects.filter(pk__in=[one.pk for one in cases]).exclude(state="merged").update(
        state="closed", closed_at=START - age, drill=None
    )
    Alarm.objects.update(state="normal", beneath="", closed_at=START - age)
    Order.objects.update(state="done", ended_at=START - age)
    Clock.objects.update(next_at=None)
    Proposal.objects.update(answered_at=START)
    Transmission.objects.update(state="taken")
    Shift.objects.update(ended_at=START, end="handed_over")


def let_go() -> int:
    gone = 0
    while count := forget_what_is_old(now=START):
        gone += count
    return gone


def due() -> int | None:
    return next(one.due for one in standings(now=START) if one.kept is CASES)


def by_hand(officer: User, title: str = "smell of gas") -> Case:
    return open_case_by_hand(
        actor=officer,
        region_code=LICANG,
        title=title,
        place="well 5",
        level=AlarmLevel.ORANGE,
        kind="gas",
        caller=Caller("Wang Fang", "13900005678"),
    )


def names(ids: set[str]) -> list[str]:
    """Rows that still tell of one of these ids, but for what explains that they went."""
    explaining = {"records.Tombstone", "records.AuditEntry", "bus.OutboxEvent", "supervision.Episode"}
    left = []
    for model in apps.get_models():
        if model._meta.label not in explaining and model.__module__.startswith("tocsin."):
            left += [
                f"{model._meta.label} {row.pk}" for row in model._base_manager.all() if ids & {str(one) for one in values(row)}
            ]
    return left


def values(row: models.Model) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def test_everything_that_hangs_on_a_case_goes_with_it(case: Case, officer: User, policy: None) -> None:
    """One row of every model hangs on it: whoever adds a model is told here that it has to go with the case."""
    alarm, body = Alarm.objects.get(pk=case.lead_id), usual_bodies(LICANG)["gas_company"]
    other = by_hand(officer)
    sensor = Sensor.objects.get(pk=alarm.sensor_id)
    apart = Apart.objects.create(one=case, other=other)
    rows: tuple[models.Model, ...] = (apart, case, alarm, sensor, sensor.device, officer, body, body.region)
    complete("planted", LICANG, {type(row): row for row in rows}, [case.number])
    attach_file(actor=officer, case_id=case.pk, data=photo(), name="well.jpg")
    LogEntry.objects.update(case=case)
    close(case, other)
    Case.objects.filter(pk=other.pk).update(closed_at=START)
    ids = {str(case.pk), *map(str, Order.objects.values_list("pk", flat=True))}
    ids |= {str(one) for one in case.memberships.values_list("alarm_id", flat=True)}
    before = CASES.numbers
    assert before is not None and list(before(START - timedelta(days=DAYS))) == [case.number]
    assert let_go() > 0
    assert names(ids) == []
    grave = Tombstone.objects.get(object_id=case.pk)
    assert (grave.number, grave.kind, grave.days, grave.whole) == (case.number, "case", DAYS, None)
    assert grave.gone_at is not None and grave.digest.startswith("sha256:") and grave.rows["command.Order"] >= 1
    assert set(grave.parts.values_list("kind", flat=True)) >= {"order", "report", "supervision_order", "alarm"}
    audited = AuditEntry.objects.get(action="case.deleted")
    assert audited.details["number"] == case.number and audited.details["digest"] == grave.digest
    assert LogEntry.objects.get(gone_case=case.number).case is None


@pytest.mark.parametrize(
    "needed",
    ["young", "open", "held", "running order", "open alarm", "owed report", "split from an open one", "drill", "for good"],
)
def test_a_case_stays_that_is_needed(needed: str, case: Case, officer: User, policy: None) -> None:
    close(case)
    match needed:
        case "young":
            close(case, age=timedelta(days=DAYS - 1))
        case "open":
            Case.objects.update(state="analysing", closed_at=None)
        case "held":
            place_hold(actor=make_person("system_administrator", "000000"), number=case.number, reason="a court")
        case "running order":
            Order.objects.create(
                case=case,
                number="x",
                region_code=LICANG,
                unit_id=usual_bodies(LICANG)["gas_company"].pk,
                role="assisting",
                state="accepted",
                sent_at=START,
                sent_by=officer,
            )
        case "open alarm":
            Alarm.objects.filter(pk=case.lead_id).update(state="active_acknowledged", closed_at=None)
        case "owed report":
            Clock.objects.filter(case=case).update(next_at=START)
        case "split from an open one":
            other = by_hand(officer)
            open_book(LICANG, actor=officer, channel="console", now=START).note(other, "split_there", other=case)
        case "drill":
            Case.objects.update(drill=Drill.objects.create(region_code=LICANG, name="x", made_by=officer, made_at=START))
        case "for good":
            put_in_again = "[records.retention]\ncases_days = 0\n"
            make_named_person("third", "rule_engineer", region="000000")
            _put_in(put_in_again)
    assert due() == 0
    let_go()
    assert Case.objects.filter(pk=case.pk, going_at=None).exists() and not Tombstone.objects.filter(kind="case").exists()


def _put_in(text: str) -> None:
    from tocsin.records.versions.services.city_file import Imported, import_policy

    people = User.objects.filter(grants__role__in=("rule_engineer", "supervisor"), grants__region_code="000000")
    import_policy(
        actor=people.get(username="rule_engineer-000000"),
        second=people.get(grants__role="supervisor"),
        text=text,
        about=Imported(source="order 13", confidence="C", reason="for good"),
    )


def test_the_preview_is_what_goes_and_an_interrupted_deletion_is_finished(
    case: Case, officer: User, policy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices of one row and no time: each batch takes one row. In between nobody sees the case any more."""
    other = by_hand(officer)
    line = open_book(LICANG, actor=officer, channel="console", now=START).note(other, "declined", other=case)
    close(case, other)
    Case.objects.filter(pk=other.pk).update(closed_at=START - timedelta(days=DAYS - 2))
    told = next(one for one in standings(now=START) if one.kept is CASES)
    assert (told.due, told.numbers) == (1, [case.number])
    monkeypatch.setattr(wholes, "SLICE", 2)
    monkeypatch.setattr(wholes, "BATCH_S", 0.0)
    assert forget_what_is_old(now=START) > 0
    grave = Tombstone.objects.get(object_id=case.pk)
    assert grave.gone_at is None and Case.objects.get(pk=case.pk).going_at == START
    assert not visible_cases(officer).filter(pk=case.pk).exists() and due() == 0
    with pytest.raises(Case.DoesNotExist):
        reopen_case(actor=officer, case_id=case.pk, text="after all")
    with pytest.raises(Conflict):
        place_hold(actor=make_person("system_administrator", "000000"), number=case.number, reason="too late")
    let_go()
    grave.refresh_from_db()
    assert grave.gone_at is not None and not Case.objects.filter(pk=case.pk).exists()
    line.refresh_from_db()
    assert (line.other, line.figures["gone"]) == (None, case.number)
    assert Case.objects.filter(pk=other.pk).exists()


def test_who_reopens_comes_before_or_after(case: Case, officer: User, policy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop has found the case, somebody opens it again, the loop takes it: it asks once more and leaves it."""
    from tocsin.command.retention.services import cases

    close(case)
    held = cases.open_book

    def reopened_meanwhile(*given: Any, **named: Any) -> Any:
        Case.objects.filter(pk=case.pk).update(state="analysing", closed_at=None)
        return held(*given, **named)

    monkeypatch.setattr(cases, "open_book", reopened_meanwhile)
    let_go()
    case.refresh_from_db()
    assert case.going_at is None and not Tombstone.objects.filter(kind="case").exists()


def test_a_hold_upon_a_merged_number_keeps_the_whole(case: Case, officer: User, policy: None) -> None:
    merged = by_hand(officer)
    close(case)
    Case.objects.filter(pk=merged.pk).update(state="merged", merged_into=case)
    first, second = make_person("system_administrator", "000000"), make_named_person("x", "system_administrator", region="000000")
    hold = place_hold(actor=first, number=merged.number, reason="an inquiry")
    assert due() == 0
    lift_hold(actor=second, hold_id=hold.pk)
    assert due() == 1
    let_go()
    assert not Case.objects.exists()
    graves = dict(Tombstone.objects.filter(kind="case").values_list("number", "whole__number"))
    assert graves == {case.number: None, merged.number: case.number}


@pytest.mark.django_db(transaction=True)
def test_files_go_behind_the_commit_and_orphans_are_swept(officer: User, clock: Any, tmp_path: Path) -> None:
    """A file goes with its last row; one whose deletion was interrupted is found by the sweeper, what is being kept stays."""
    put_in(f"[records.retention]\ncases_days = {DAYS}\n")
    first, second = by_hand(officer), by_hand(officer, "again")
    kept = attach_file(actor=officer, case_id=first.pk, data=photo(), name="a.jpg")
    attach_file(actor=officer, case_id=second.pk, data=photo(), name="b.jpg")
    path = sweeping.path_of(kept.sha256)
    age(path)
    close(first)
    let_go()
    assert path.exists() and Attachment.objects.count() == 1  # the other case still has it
    close(second)
    let_go()
    assert not path.exists() and not Attachment.objects.exists()
    path.write_bytes(b"left behind by a process that died")
    assert sweeping.sweep_all_files() == 0  # young: its row may be on its way
    age(path)
    assert sweeping.sweep_all_files() == 1 and not path.exists()
    assert AuditEntry.objects.get(action="attachment.swept").details == {"count": 1}


def test_a_file_that_is_kept_again_while_it_goes_stays(officer: User, clock: Any) -> None:
    case = by_hand(officer)
    kept = attach_file(actor=officer, case_id=case.pk, data=photo(), name="a.jpg")
    path = sweeping.path_of(kept.sha256)
    age(path)
    Attachment.objects.all().delete()
    attach_file(actor=officer, case_id=by_hand(officer, "again").pk, data=photo(), name="a.jpg")
    assert sweeping.let_files_go([kept.sha256]) == 0 and path.exists()
    aside = path.with_name(f"{path.name}.1{sweeping.LEAVING}")
    path.rename(aside)  # a process died before it looked again
    age(aside)
    sweeping.sweep_all_files()
    assert path.exists() and not aside.exists()


def age(path: Path) -> None:
    before = timezone.now().timestamp() - 2 * sweeping.FRESH_S
    os.utime(path, (before, before))


def test_callers_are_blanked_and_the_case_stays(officer: User, clock: Any, policy: None) -> None:
    case = by_hand(officer)
    line = CaseChange.objects.get(case=case, act="opened_by_hand")
    assert "Wang Fang" in line.figures["reference"]
    close(case, age=timedelta(days=60))
    assert {one.kept.code: one.due for one in standings(now=START)}["persons"] == 1
    let_go()
    case.refresh_from_db()
    line.refresh_from_db()
    assert (case.caller, case.caller_telephone, line.figures["reference"]) == ("", "", "–")
    assert {one.kept.code: one.due for one in standings(now=START)}["persons"] == 0


def test_the_address_of_a_deleted_case_says_so_to_whoever_might_have_seen_it(case: Case, officer: User, policy: None) -> None:
    order = Order.objects.filter(case=case).first()
    close(case)
    let_go()
    browser = signed_in(officer)
    answer = browser.get(f"/cases/{case.number}/")
    page = answer.content.decode()
    assert answer.status_code == 410 and "Deleted at its time" in page and "kept for 100 days" in page and "sha256:" in page
    told = browser.get(f"/api/v1/command/cases/{case.pk}")
    assert (told.status_code, told.json()["code"], told.json()["detail"]["number"]) == (410, "gone", case.number)
    if order is not None:
        assert browser.get(f"/orders/{order.pk}/").status_code == 410
    stranger = signed_in(make_person("duty_officer", SHINAN))
    assert stranger.get(f"/cases/{case.number}/").status_code == 404
    assert stranger.get(f"/api/v1/command/cases/{case.pk}").status_code == 404


def test_the_page_of_a_case_says_that_it_is_held(case: Case, officer: User) -> None:
    administrator = make_person("system_administrator", "000000")
    place_hold(actor=administrator, number=case.number, reason="a court asks")
    page = signed_in(officer).get(f"/cases/{case.number}/").content.decode()
    assert "nothing of it is deleted" in page and "a court asks" not in page


def test_the_trial_of_a_draft_tells_what_would_go(case: Case) -> None:
    close(case)
    content = {**RETENTION.content, "cases_days": float(DAYS)}
    told = try_retention(PolicyVersion(policy="records.retention"), content)
    assert told == {"case_now": 0, "case_with_the_draft": 1, "case_numbers": case.number}
    assert forget_what_is_old(now=START) == 0  # a trial lets nothing go


def test_a_restore_brings_nothing_back(case: Case, policy: None) -> None:
    """The rows of a backup from before the deletion: they go before anybody signs in."""
    close(case)
    assert let_old_go() > 0 and let_old_go() == 0
    assert Tombstone.objects.get(object_id=case.pk).gone_at is not None
