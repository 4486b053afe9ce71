"""Incidents as timelines: which alarms become one case, for which reason, and when the machine asks instead of acting."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.command.street import BLUE, Timeline, case_of, diagnose, make_alarm, reason_of
from tocsin.base.levels import AlarmLevel
from tocsin.bus.models import OutboxEvent
from tocsin.command.casebook.models import Case, Clock, Membership
from tocsin.command.casebook.policy import policy
from tocsin.command.casebook.rules.alarm_facts import Reason
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.gathering.models import Proposal
from tocsin.command.gathering.services import decisions as services
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.models import Alarm, DiagnosisTask
from tocsin.warning.alarms.services.acts import acknowledge_alarm
from tocsin.warning.alarms.services.diagnosis_tasks import plan_diagnoses

pytestmark = pytest.mark.django_db

GAS = [("gas_main_leak", 0.8, "G1"), ("unknown", 0.2, "")]
DISCHARGE = [("industrial_discharge", 0.7, "SHOP"), ("unknown", 0.3, "")]
NOTHING = [("unknown", 0.9, ""), ("gas_main_leak", 0.1, "G1")]
FAULT = [("sensor_fault", 0.9, ""), ("gas_main_leak", 0.05, "G1")]


def test_a_diagnosed_alarm_opens_a_case_with_the_countys_next_number_of_the_local_day(street: None, time: Timeline) -> None:
    alarms = [time.at(0).rings(0, GAS), time.at(1).rings(7, [("power_cable_fault_heating", 0.9, "")])]
    time.looks()
    assert [case_of(one).number for one in alarms] == ["370213-20261124-0001", "370213-20261124-0002"]
    late = time.at(15.5 * 60).rings(3, FAULT)  # half past midnight in Qingdao
    time.looks()
    assert case_of(late).number == "370213-20261125-0001"
    alarms[0].refresh_from_db()
    assert alarms[0].case_number == "370213-20261124-0001"
    assert OutboxEvent.objects.filter(name="command.CaseOpened").count() == 3


REASONS = [
    ("same place", (2, GAS, "methane"), (2, None, "temperature"), 5, Reason.SAME_PLACE),
    ("same segment", (1, GAS, "methane"), (6, GAS, "methane"), 60, Reason.SAME_SEGMENT),
    ("downstream of the workshop", (2, DISCHARGE, "methane"), (5, NOTHING, "methane"), 30, Reason.DOWNSTREAM_OF),
    ("upstream of it nothing comes", (5, [("industrial_discharge", 0.7, "W4")], "methane"), (1, NOTHING, "methane"), 30, None),
    ("within the travel time of gas", (1, GAS, "methane"), (4, NOTHING, "methane"), 60 * 20, Reason.WITHIN_TRAVEL_TIME),
    ("sooner than gas can travel", (1, [("gas_main_leak", 0.8, "W1")], "methane"), (7, NOTHING, "methane"), 1, None),
    ("decidedly something else", (1, GAS, "methane"), (4, [("power_cable_fault_heating", 0.9, "")], "methane"), 60, None),
    ("a faulty sensor beside a leak", (1, GAS, "methane"), (2, FAULT, "methane"), 60, None),
    ("a day later at the same place", (2, GAS, "methane"), (2, None, "temperature"), 60 * 60, None),
    (
        "two drains filled by one storm",
        (0, [("sewer_surcharge_rain", 0.8, "S0")], "methane"),
        (7, [("sewer_surcharge_rain", 0.8, "S6")], "methane"),
        30,
        Reason.SAME_STORM,
    ),
    (
        "one cause, two mains close together",
        (0, [("sewer_biogas", 0.8, "S0")], "methane"),
        (3, [("sewer_biogas", 0.6, "S2")], "methane"),
        30,
        Reason.SAME_CAUSE,
    ),
]


@pytest.mark.parametrize(("first", "second", "after", "reason"), [row[1:] for row in REASONS], ids=[row[0] for row in REASONS])
def test_why_a_second_alarm_joins(street: None, time: Timeline, first: tuple, second: tuple, after: int, reason: Reason) -> None:
    one = time.at(0).rings(first[0], first[1], quantity=first[2])
    time.looks()
    other = time.at(after).rings(second[0], second[1], quantity=second[2])
    time.looks()
    if reason is None:
        assert case_of(one) != case_of(other)
    else:
        assert case_of(one) == case_of(other)
        assert reason_of(other) == reason
        assert reason_of(one) == Reason.OPENED


def test_the_reason_is_told_with_its_figures(street: None, time: Timeline) -> None:
    from tocsin.command.casebook.queries.cases import members_of, time_line_of
    from tocsin.command.casebook.shown.cases import describe_member
    from tocsin.command.casebook.shown.time_line import describe_change

    time.at(0).rings(2, DISCHARGE)
    time.looks()
    alarm = time.at(30).rings(5, NOTHING)
    time.looks()
    case = case_of(alarm)
    why = [describe_member(row, case.lead_id).why for row in members_of(case)]
    assert why[0] == "The case began with it."
    assert re.fullmatch(r"Downstream of SHOP \(.+\): \d+ min with the flow; it rang 30 min after the onset\.", why[1])
    lines = [describe_change(line).sentence for line in time_line_of(case)]
    assert lines[0].startswith("Case opened by Combustible gas 27 %LEL: possible cause ")
    assert lines[1].startswith("Combustible gas 27 %LEL joined. Downstream of SHOP")
    assert not any("%(" in line for line in lines)


def test_an_alarm_waits_for_its_diagnosis_but_not_for_ever(street: None, time: Timeline) -> None:
    alarm = time.at(0).rings(2)
    plan_diagnoses([(alarm, "raised")], speed=1.0)
    time.looks()
    assert not Case.objects.exists()
    DiagnosisTask.objects.update(due_at="2020-01-01T00:00:00Z")  # overdue: nobody works on it
    time.looks()
    case = case_of(alarm)
    assert case.changes.get().figures == {}
    time.at(5).diagnosed(alarm, GAS)
    time.looks()
    assert [line.act for line in case.changes.all()] == ["opened", "cause"]
    assert case.changes.last().figures == {"cause": "gas_main_leak", "percent": 80, "asset": "G1"}


def test_a_blue_alarm_opens_nothing_and_joins_what_explains_it(street: None, time: Timeline) -> None:
    blue = time.at(0).rings(2, quantity="temperature", level=BLUE)
    time.looks()
    assert not Case.objects.exists()
    red = time.at(3).rings(2, GAS)
    time.looks()
    assert case_of(blue) == case_of(red)


def test_a_case_follows_its_alarms(street: None, time: Timeline, officer: User) -> None:
    alarm = time.at(0).rings(2, GAS, level=2)
    time.looks()
    case = case_of(alarm)
    assert (case.state, case.level) == (CaseState.WAITING, 2)
    Alarm.objects.filter(pk=alarm.pk).update(level=4, peak_level=4)
    time.at(1).looks()
    case.refresh_from_db()
    assert (case.state, case.level, case.peak_level) == (CaseState.WAITING, 4, 4)
    acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    time.at(2).looks()
    case.refresh_from_db()
    assert case.state == CaseState.ANALYSING
    Alarm.objects.filter(pk=alarm.pk).update(state="normal", closed_at=time.at(9).now)
    time.looks()
    case.refresh_from_db()
    assert (case.state, case.level, case.closed_at) == (CaseState.ANALYSING, 0, None)  # somebody is at work: a person ends it


def test_an_untouched_case_of_a_low_level_ends_with_its_last_alarm(street: None, time: Timeline) -> None:
    alarm = time.at(0).rings(2, GAS, level=2)
    time.looks()
    Alarm.objects.filter(pk=alarm.pk).update(state="normal", closed_at=time.at(9).now)
    time.looks()
    case = case_of(alarm)
    assert (case.state, case.level, case.closed_at) == (CaseState.CLOSED, 0, time.now)
    later = time.at(10).rings(2, GAS, quantity="temperature")
    time.looks()
    assert case_of(later) != case


def test_a_changed_diagnosis_regathers_where_nobody_is_at_work(street: None, time: Timeline) -> None:
    first = time.at(0).rings(1, [("unknown", 0.9, "")])
    time.looks()
    second = time.at(1).rings(6, GAS)
    time.looks()
    assert case_of(first) != case_of(second)
    younger = case_of(second)
    time.at(5).diagnosed(first, GAS)
    time.looks()
    case = case_of(first)
    assert case == case_of(second)
    assert case.number.endswith("-0001")  # the older number goes on
    younger.refresh_from_db()
    assert (younger.state, younger.merged_into) == (CaseState.MERGED, case)
    assert "merged" in [line.act for line in case.changes.all()]


def test_a_changed_diagnosis_asks_where_a_person_is_at_work(street: None, time: Timeline, officer: User) -> None:
    first = time.at(0).rings(1, [("unknown", 0.9, "")])
    second = time.at(1).rings(6, GAS)
    time.looks()
    acknowledge_alarm(actor=officer, alarm_id=second.pk)
    time.at(5).diagnosed(first, GAS)
    time.looks()
    time.looks()
    assert case_of(first) != case_of(second)
    proposal = Proposal.objects.get()
    assert (proposal.case, proposal.other, proposal.whole) == (case_of(second), case_of(first), True)
    services.answer_proposal(actor=officer, proposal_id=proposal.pk, accept=True)
    assert case_of(first) == case_of(second)


def test_a_declined_proposal_is_not_made_again(street: None, time: Timeline, officer: User) -> None:
    first = time.at(0).rings(1, [("unknown", 0.9, "")])
    second = time.at(1).rings(6, GAS)
    time.looks()
    acknowledge_alarm(actor=officer, alarm_id=second.pk)
    time.at(5).diagnosed(first, GAS)
    time.looks()
    services.answer_proposal(actor=officer, proposal_id=Proposal.objects.get().pk, accept=False)
    time.at(15).diagnosed(first, [*GAS])
    time.looks()
    assert not Proposal.objects.filter(answered_at__isnull=True).exists()
    assert case_of(first) != case_of(second)


def test_a_persons_split_is_not_undone_by_the_machine(street: None, time: Timeline, officer: User) -> None:
    first, second = time.at(0).rings(1, GAS), time.at(1).rings(6, GAS)
    time.looks()
    case = case_of(first)
    apart = services.split_case(actor=officer, case_id=case.pk, alarm_ids=[second.pk], text="another leak")
    for minutes in (5, 15, 60):
        time.at(minutes).diagnosed(first, GAS)
        time.diagnosed(second, GAS)
        time.looks()
    assert (case_of(first), case_of(second)) == (case, apart)
    assert not Proposal.objects.exists()


def test_an_alarm_that_turns_out_to_be_something_else_leaves(street: None, time: Timeline) -> None:
    first, second = time.at(0).rings(1, GAS), time.at(60).rings(6, GAS)
    time.looks()
    assert case_of(first) == case_of(second)
    time.at(65).diagnosed(second, [("power_cable_fault_heating", 0.95, "")])
    time.looks()
    assert case_of(first) != case_of(second)
    assert case_of(first).changes.filter(act="split").count() == 1


def test_looking_again_changes_nothing(street: None, time: Timeline) -> None:
    for well in range(4):
        time.at(well).rings(well, GAS)
    time.looks()
    before = list(Membership.objects.values()), list(Case.objects.values()), OutboxEvent.objects.count()
    for minutes in (1, 30):
        time.at(minutes).looks()
    assert (list(Membership.objects.values()), list(Case.objects.values()), OutboxEvent.objects.count()) == before


def test_counties_have_books_of_their_own(street: None, time: Timeline) -> None:
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.sensing.devices.models import Sensor
    from tocsin.sensing.devices.rules import NewDevice, NewSensor
    from tocsin.sensing.devices.services.registering import register_many

    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="S", region_code="370202")],
        sensors=[NewSensor(device_code="S", channel="methane", quantity="methane", lon=120.4, lat=36.2)],
    )
    here = time.at(0).rings(0, GAS)
    there = make_alarm(Sensor.objects.get(device__code="S"), time.now)
    diagnose(there, time.now, [("unknown", 1.0, "")])
    time.looks()
    assert case_of(here).number == "370213-20261124-0001"
    assert case_of(there).number == "370202-20261124-0001"


def test_a_lost_gateway_is_one_case_with_what_it_explains(street: None, time: Timeline) -> None:
    from tocsin.sensing.devices.models import Device, Sensor

    gateway = Device.objects.get(code="D0")
    Device.objects.filter(code__in=("D1", "D2")).update(gateway=gateway)
    lost = Alarm.objects.create(
        device=gateway, rule="lost", region_code="370213", state="active_unacknowledged", level=2, peak_level=2,
        lon=120.4, lat=36.2, raised_at=time.now, updated_at=time.now, count=1,
    )  # fmt: skip
    child = make_alarm(Sensor.objects.get(device__code="D2", channel="temperature"), time.now)
    Alarm.objects.filter(pk=child.pk).update(state="suppressed", beneath="active_unacknowledged", explained_by=lost)
    time.looks()
    assert case_of(lost) == case_of(child)
    assert reason_of(child) == Reason.SHARED_GATEWAY
    assert case_of(lost).kind == "fault"


KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("a limit of an upper level is a danger until a person says otherwise", {"share": 0.9, "level": 3}, ""),
    ("a diagnosis that has not decided", {"share": 0.5, "level": 2}, ""),
    ("an instrument at fault, with time to look", {"share": 0.9, "level": 2}, "fault"),
]


@pytest.mark.parametrize(("given", "kind"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_a_case_of_an_instrument_alone_has_limits_of_its_own(street: None, time: Timeline, given: Any, kind: str) -> None:
    alarm = time.rings(1, [("sensor_fault", given["share"], "")], level=given["level"])
    time.looks()
    case = case_of(alarm)
    minutes = {one.step: (one.due_at - one.began_at).total_seconds() / 60 for one in Clock.objects.filter(case=case)}
    assert (case.kind, minutes["confirm"]) == (
        kind,
        240 if kind else policy().cases.limits_of(AlarmLevel(given["level"]))[Step.CONFIRM],
    )
    if kind:
        time.at(5).diagnosed(alarm, GAS)
        time.looks()
        confirm = Clock.objects.get(case=case, step="confirm")
        assert (case_of(alarm).kind, confirm.due_at) == ("", time.now + timedelta(minutes=15))  # from when it was known
