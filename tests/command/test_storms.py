"""Many alarms at once: the same cases, notices and recipients as if they had come one by one; nothing near is overlooked."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command.street import START, WELLS, Timeline, diagnose, make_alarm
from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.bus.models import OutboxEvent
from tocsin.command.casebook.models import Case, CaseChange, Clock, Membership
from tocsin.command.casebook.policy import policy
from tocsin.command.casebook.rules.alarm_facts import AlarmFacts, Cause
from tocsin.command.gathering.rules.explanations import Arrival, needs_arrival, why_together
from tocsin.command.gathering.rules.neighbours import Neighbours
from tocsin.command.gathering.services import placement as gathering
from tocsin.command.gathering.services import placement as services
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.alarms.models import Alarm

ALARMS = 40
CAUSES: list[Any] = [
    None,
    [("gas_main_leak", 0.8, "G1"), ("unknown", 0.2, "")],
    [("industrial_discharge", 0.7, "SHOP"), ("unknown", 0.3, "")],
    [("power_cable_fault_heating", 0.9, "")],
    [("sewer_surcharge_rain", 0.8, "S0")],
    [("sewer_biogas", 0.5, "S4"), ("gas_main_leak", 0.3, "G1")],
    [("sensor_fault", 0.9, "")],
    [("unknown", 0.9, ""), ("gas_main_leak", 0.1, "G1")],
]

type Storm = list[tuple[str, int, str, Any]]


def storm(seed: int) -> Storm:
    """Wells, levels, rules and causes drawn; blue ones wait for a case, and a sensor rings once by a rule."""
    chance = random.Random(seed)
    sensors = [f"D{chance.randrange(WELLS)}" for _ in range(ALARMS)]
    return [(code, chance.choice((2, 3, 4)), f"rule{number}", chance.choice(CAUSES)) for number, code in enumerate(sensors)]


def ring(drawn: Storm) -> Iterator[Alarm]:
    """One alarm after the other, a second apart."""
    for number, (code, level, rule, causes) in enumerate(drawn):
        at = START + timedelta(seconds=number)
        alarm = make_alarm(Sensor.objects.get(device__code=code, channel="methane"), at, level, rule)
        if causes:
            diagnose(alarm, at, causes)
        yield alarm


def gather() -> None:
    while services.gather_alarms(now=START + timedelta(minutes=2), machine_now=START + timedelta(days=3650)):
        pass


def outcome() -> dict[str, list[Any]]:
    """Everything that came of it, without the ids that differ from run to run."""
    told = Notice.objects.order_by("subject_label", "organisation__code", "person__username", "written_at", "id")
    return {
        "cases": list(Case.objects.order_by("number").values_list("number", "lead__rule", "level", "peak_level", "state")),
        "alarms": list(
            Membership.objects.order_by("alarm__rule").values_list("alarm__rule", "case__number", "reason", "figures")
        ),
        "numbers": list(Alarm.objects.order_by("rule").values_list("rule", "case_number")),
        "notices": [
            (
                one.subject_label,
                (str(one.organisation), str(one.person)),
                (one.purpose, one.why, one.urgent, one.level, one.figures, one.fate),
                sorted(one.sendings.values_list("channel", "address", "fate")),
            )
            for one in told.select_related("organisation", "person")
        ],
        "clocks": list(
            Clock.objects.order_by("case__number", "step").values_list("case__number", "step", "began_at", "due_at", "met_at")
        ),
        "lines": sorted(CaseChange.objects.values_list("case__number", "act", "alarm__rule")),
        "events": sorted(OutboxEvent.objects.values_list("name", "region_code")),
        "audited": sorted(AuditEntry.objects.values_list("action", "details__number")),
    }


def undone(work: Callable[[], dict[str, list[Any]]]) -> dict[str, list[Any]]:
    with transaction.atomic():
        came = work()
        transaction.set_rollback(True)
    return came


@pytest.fixture
def county(street: None) -> None:
    """Bodies that are reached by a screen and text messages, by telephone, and not at all."""
    bodies = usual_bodies(LICANG)
    for number, body in enumerate(bodies.values()):
        if number % 3 == 0:
            User.objects.create_user(f"desk{number}", "a long password", organisation=body)
            ContactPoint.objects.create(organisation=body, kind="sms", address=f"1390000{number:04d}", order=1)
        elif number % 3 == 1:
            Organisation.objects.filter(pk=body.pk).update(telephone=f"0532-{number}")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_storm_in_batches_leaves_what_the_same_alarms_leave_one_by_one(
    county: None, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_by_one() -> dict[str, list[Any]]:
        for _alarm in ring(storm(seed)):
            gather()
        return outcome()

    def together(batch: int) -> dict[str, list[Any]]:
        monkeypatch.setattr(gathering, "BATCH", batch)
        list(ring(storm(seed)))
        gather()
        return outcome()

    alone = undone(one_by_one)
    assert len(alone["cases"]) > 3 and len(alone["alarms"]) == ALARMS and len(alone["notices"]) > len(alone["cases"])
    for batch in (50, 7):
        came = undone(lambda batch=batch: together(batch))  # type: ignore[misc]
        for name, rows in alone.items():
            assert came[name] == rows, name


def test_statements_of_a_storm_grow_by_batches_and_not_by_cases(
    street: None, time: Timeline, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    usual_bodies(LICANG)
    monkeypatch.setattr(gathering, "explain", lambda *_args: None)  # every alarm becomes a case of its own
    list(ring(storm(1)))
    with django_assert_max_num_queries(5 * ALARMS):
        gather()
    assert Case.objects.count() == ALARMS


LONS = st.none() | st.floats(120.0, 120.12)
LATS = st.floats(36.0, 36.02)
CODES = st.sampled_from(["", "A", "B"])
CAUSE_NAMES = st.sampled_from(["gas_main_leak", "sewer_surcharge_rain", "sensor_fault", "unknown", "sewer_biogas"])
HYPOTHESES = st.builds(Cause, CAUSE_NAMES, st.sampled_from([0.2, 0.5, 0.9]), CODES, LONS, LATS)
FACTS = st.builds(
    AlarmFacts,
    id=st.uuids(),
    raised_ms=st.integers(0, 3_600_000),
    lon=LONS,
    lat=LATS,
    asset_code=CODES,
    device=CODES,
    rule=st.just("high"),
    hypotheses=st.lists(HYPOTHESES, max_size=2).map(tuple),
    lost_with=CODES,
    lost_kind=st.just("gateway"),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(new=FACTS, leads=st.lists(FACTS, max_size=4))
def test_whatever_can_explain_an_alarm_is_among_its_neighbours(new: AlarmFacts, leads: list[AlarmFacts]) -> None:
    rules = policy().gathering
    known: Neighbours[AlarmFacts] = Neighbours(rules)
    for lead in leads:
        known.add(lead, lead)
    near = known.near(new)
    assert near == [lead for lead in leads if lead in near]
    at_once = Arrival(0.0, 3_600_000.0, by_flow=False)
    for lead in leads:
        way = at_once if needs_arrival(new, lead, rules) else None
        if why_together(new, lead, way, rules) is not None:
            assert lead in near


def test_what_is_far_is_no_neighbour() -> None:
    known: Neighbours[int] = Neighbours(policy().gathering)
    for number in range(500):
        known.add(number, AlarmFacts(new_id(), 0, 118.0 + 0.01 * (number % 100), 36.0 + 0.01 * (number // 100)))
    assert 50 in (near := known.near(AlarmFacts(new_id(), 0, 118.5, 36.0))) and len(near) < 20
