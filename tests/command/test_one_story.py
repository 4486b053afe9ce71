"""An alarm and its case tell one story: taken together, ended together, at one level, with one highest value."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.command.street import START, Timeline, case_of
from tests.people import make_named_person, make_person
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import OutcomeKind
from tocsin.command.gathering.services.standings import tell_alarms
from tocsin.command.handling.services import handling
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import count_alarms
from tocsin.warning.alarms.rules.states import Act, AlarmState
from tocsin.warning.alarms.services.changes import move
from tocsin.warning.alarms.shown.alarms import AlarmOut
from tocsin.warning.console.views.drawer import drawer_context

GAS = [("gas_main_leak", 0.8, "G1")]

type At = Callable[[float], datetime]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, time: Timeline) -> At:
    def put(minutes: float) -> datetime:
        time.at(minutes)
        stand_at(monkeypatch, time.now)
        return time.now

    put(0)
    return put


@pytest.fixture
def case(street: None, at: At, time: Timeline) -> Case:
    alarm = time.rings(2, GAS, level=3)
    time.rings(3, GAS, level=2)
    time.looks()
    return case_of(alarm)


def alarms_of(case: Case) -> list[Alarm]:
    return list(Alarm.objects.filter(case_membership__case=case).order_by("-level"))


def test_who_takes_the_case_acknowledges_its_alarms(case: Case, officer: User, at: At) -> None:
    at(2)
    handling.take_case(actor=officer, case_id=case.pk)
    assert {(one.state, one.acknowledged_by_id) for one in alarms_of(case)} == {("active_acknowledged", officer.pk)}
    assert alarms_of(case)[0].entries.last().text == case.number


def test_the_level_of_the_case_is_the_level_on_screens(case: Case, officer: User, at: At) -> None:
    handling.set_level(actor=officer, case_id=case.pk, level=AlarmLevel.RED, text="a school stands above")
    tell_alarms(case_ids=[case.pk], now=at(1))
    lead, other = alarms_of(case)
    counted = count_alarms(officer)
    assert (counted["red"], counted["orange"], counted["yellow"]) == (1, 0, 1)
    assert (lead.level, AlarmOut.from_orm(lead).shown_level, AlarmOut.from_orm(other).shown_level) == (3, 4, 2)
    shown: Any = drawer_context(officer, lead.pk)
    assert (shown["strip"].number, shown["strip"].level_class) == (case.number, "red")
    assert len(shown["steps"]) == 8


def test_the_end_of_the_case_ends_its_alarms(case: Case, at: At, time: Timeline) -> None:
    leader = make_person("shift_leader")
    gone, holds = alarms_of(case)
    gone.latching = True
    move(gone, Act.CLEAR, at(30))
    gone.save()
    at(40)
    handling.close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.FALSE_ALARM, code="calibration", text="test gas")
    handling.answer_outcome(actor=make_named_person("second", "shift_leader"), case_id=case.pk, agree=True)
    tell_alarms(case_ids=[case.pk], now=time.now)
    gone.refresh_from_db()
    holds.refresh_from_db()
    assert (gone.state, holds.state, holds.case_level) == (AlarmState.NORMAL, AlarmState.ACTIVE_ACKNOWLEDGED, 0)
    holds.latching = True
    move(holds, Act.CLEAR, at(50))
    holds.save()
    time.looks()
    holds.refresh_from_db()
    assert holds.state == AlarmState.NORMAL


def test_what_waits_counts_from_its_last_change() -> None:
    alarm = Alarm(state=AlarmState.NORMAL, latching=True, raised_at=START)
    moments = [START + timedelta(minutes=k) for k in range(5)]
    for act, moment in zip((Act.RAISE, Act.ACKNOWLEDGE, Act.CLEAR, Act.RAISE, Act.CLEAR), moments, strict=True):
        assert not isinstance(move(alarm, act, moment), str)
    assert alarm.waiting_since == moments[3]
