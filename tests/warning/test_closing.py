"""What to close, with what is known of each valve: R1 feeds V1, V2, V3 in a row; the leak is on the last main, by a school."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.command.street import diagnose, feature, make_alarm
from tests.people import LICANG
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.outlook.shown.closing import ValveState, valve_state, what_to_close

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
STEP = 0.002

STATES: list[tuple[str, object, date | None, ValveState]] = [
    ("nothing is said", None, None, ValveState.UNKNOWN),
    ("an unreadable word is nothing", "perhaps", None, ValveState.UNKNOWN),
    ("moves, checked in March", True, date(2026, 3, 1), ValveState.OPERABLE),
    ("moves, on the last day of the year", True, date(2025, 11, 24), ValveState.OPERABLE),
    ("moves, checked too long ago", True, date(2025, 11, 23), ValveState.OLD_CHECK),
    ("moves, nobody says since when", True, None, ValveState.OLD_CHECK),
    ("checked, with what result is not said", None, date(2026, 3, 1), ValveState.OLD_CHECK),
    ("does not move, however new the check", False, date(2026, 11, 1), ValveState.STUCK),
]


@pytest.mark.parametrize(("name", "operable", "checked", "state"), STATES, ids=[one[0] for one in STATES])
def test_state_of_a_valve(name: str, operable: object, checked: date | None, state: ValveState) -> None:
    assert valve_state(operable, checked, now=NOW) is state


def net(**valves: dict[str, Any]) -> tuple[Alarm, Diagnosis]:
    """The net with these properties of its valves, an alarm at the leak and its diagnosis as an earlier look-ahead kept it."""
    ensure_regions()
    places = {"R1": "gas_regulator", "V1": "valve", "V2": "valve", "V3": "valve"}
    points = [
        feature(kind, code, [120.4 + STEP * number, 36.2], **valves.get(code, {}))
        for number, (code, kind) in enumerate(places.items())
    ]
    ends = list(zip(places, list(places)[1:], strict=False))
    mains = [
        feature("gas_main", f"{a}-{b}", [[120.4 + STEP * n, 36.2], [120.4 + STEP * (n + 1), 36.2]], from_node=a, to_node=b)
        for n, (a, b) in enumerate(ends)
    ]
    school = feature("building", "SCHOOL", [120.4 + STEP * 2.5, 36.2002], use="school", name="第三小学")
    assert not import_network(actor=system_actor(), features=[*points, *mains, school], region_code=LICANG).errors
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="D", region_code=LICANG)],
        sensors=[NewSensor(device_code="D", channel="methane", quantity="methane", lon=120.405, lat=36.2)],
    )
    alarm = make_alarm(Sensor.objects.get(device__code="D"), NOW)
    found = diagnose(alarm, NOW, [("gas_main_leak", 0.7, "V2-V3"), ("sewer_biogas", 0.3, "")])
    valve = {"code": "V2", "kind": "valve", "lon": 120.4, "lat": 36.2}
    plan = {"valves": [valve], "lines": 1, "line_codes": ["V2-V3"], "people": 0, "houses": 0, "named": []}
    found.result["isolation"] = [{"cause": "gas_main_leak", "asset_code": "V2-V3", "utility": "gas", "plans": [plan]}]
    found.save()
    return alarm, found


CLOSING: list[tuple[str, dict[str, dict[str, Any]], list[tuple[str, str]], list[str]]] = [
    ("nothing known", {}, [("V2", "unknown")], []),
    ("known and good", {"V2": {"operable": True, "last_checked": "2026-03-01"}}, [("V2", "operable")], []),
    ("stuck: the one before it", {"V2": {"operable": False}}, [("V1", "unknown")], ["V2"]),
    ("two stuck: the station", {"V1": {"operable": False}, "V2": {"operable": False}}, [("R1", "unknown")], ["V1", "V2"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "valves", "told", "left_out"), CLOSING, ids=[one[0] for one in CLOSING])
def test_valves_that_do_not_move_are_left_out(
    name: str, valves: dict[str, dict[str, Any]], told: list[tuple[str, str]], left_out: list[str]
) -> None:
    alarm, diagnosis = net(**valves)
    (one,) = what_to_close(alarm, diagnosis, now=NOW)
    assert [(valve.code, valve.state) for valve in one.plans[0].valves] == told
    assert (one.left_out, one.probability) == (left_out, 0.7)
    assert not left_out or "第三小学" in one.plans[0].loss


@pytest.mark.django_db
def test_no_valve_moves_is_said() -> None:
    alarm, diagnosis = net(**{code: {"operable": False} for code in ("R1", "V1", "V2")})
    (one,) = what_to_close(alarm, diagnosis, now=NOW)
    assert (one.plans, one.left_out) == ([], ["R1", "V1", "V2"])
