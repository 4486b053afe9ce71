"""Open alarms rolled up: wells A - B - C on two sewers AB and BC of one street; B belongs to both pipes.

A ──AB── B ──BC── C        D stands alone on another street
"""

from typing import Any

import pytest

from tests.engine.drawing import line, point
from tests.people import LICANG, signed_in
from tests.warning.district import NOW, detection
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.face import assets_along
from tocsin.lifelines.models import Asset
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import Place, search_alarms
from tocsin.warning.alarms.services import acts
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.console.queries import PlaceKind, places_of_alarms

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(officer: User) -> User:
    """Each well has a sensor; A and B ring orange, D red."""
    ensure_regions()
    wells = {code: point(code, "manhole", 100 * number, 0, street="Long Road") for number, code in enumerate("ABC")}
    lines = [line(a + b, "sewer", wells[a], wells[b], street="Long Road") for a, b in ("AB", "BC")]
    alone = point("D", "manhole", 0, 900, street="Short Lane")
    assert not import_network(actor=system_actor(), features=[*wells.values(), *lines, alone], region_code=LICANG).errors
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=f"DEV-{code}", region_code=LICANG) for code in "ABCD"],
        sensors=[
            NewSensor(device_code=f"DEV-{code}", channel="m", quantity="methane", lon=120.4, lat=36.2, asset_code=code, name=code)
            for code in "ABCD"
        ],
    )
    orange = [detection(level=AlarmLevel.ORANGE, sensor=index) for index in (0, 1)]
    apply_detections(detections=[*orange, detection(level=AlarmLevel.RED, sensor=3)], now=NOW)
    return officer


def counts(user: User, kind: PlaceKind) -> dict[str, Any]:
    return {one.name: (len(one.alarm_ids), one.highest.name) for one in places_of_alarms(user, (kind,))}


def test_alarms_count_for_their_pipes_street_district_and_city(street: User) -> None:
    assert counts(street, PlaceKind.STREET) == {"Short Lane": (1, "RED"), "Long Road": (2, "ORANGE")}
    assert list(counts(street, PlaceKind.DISTRICT).values()) == [(3, "RED")]
    assert list(counts(street, PlaceKind.CITY).values()) == [(3, "RED")]
    pipes = {one.key: len(one.alarm_ids) for one in places_of_alarms(street, (PlaceKind.PIPE,))}
    ab, bc = (str(Asset.objects.get(code=code).pk) for code in ("AB", "BC"))
    assert pipes == {ab: 2, bc: 1}


def test_what_is_set_aside_is_counted_apart(street: User) -> None:
    acts.suppress_alarm(actor=street, alarm_id=Alarm.objects.get(sensor__index=3).pk, reason="works")
    [lane] = [one for one in places_of_alarms(street, (PlaceKind.STREET,)) if one.name == "Short Lane"]
    assert (lane.set_aside, lane.unacknowledged, lane.highest) == (1, 0, AlarmLevel.NONE)


def test_lists_are_cut_to_a_place(street: User, stranger: User) -> None:
    bc = Asset.objects.get(code="BC").pk
    cut = {
        "pipe": search_alarms(street, place=Place(pipe_id=bc)),
        "street": search_alarms(street, place=Place(street="Short Lane")),
        "city": search_alarms(street, place=Place(region_code="370200")),
        "another city": search_alarms(street, place=Place(region_code="370100")),
    }
    assert {name: sorted(one.sensor.index for one in rows) for name, rows in cut.items()} == {
        "pipe": [1], "street": [3], "city": [0, 1, 3], "another city": [],
    }  # fmt: skip
    assert places_of_alarms(stranger) == []


def test_page_file_and_api_say_the_same(street: User) -> None:
    client = signed_in(street)
    told = client.get("/api/v1/warning/places-of-alarms?kind=street").json()
    assert [(one["name"], one["red"], one["orange"], one["unacknowledged"]) for one in told] == [
        ("Short Lane", 1, 0, 1), ("Long Road", 0, 2, 2),
    ]  # fmt: skip
    page = client.get("/alarms/places/").content.decode()
    assert "street=Short Lane" in page
    assert client.get("/alarms/?street=Short Lane&region=370213").content.decode().count('scope="row"') == 1
    assert len(client.get("/alarms/places/?format=csv").content.decode().splitlines()) == 1 + 2 + 1 + 1 + 2


def test_along_a_pipe_is_measured_both_ways(street: User) -> None:
    at = {code: Asset.objects.get(code=code) for code in ("A", "B", "C", "AB", "BC")}

    def along(code: str, metres: float) -> set[str]:
        return set(Asset.objects.filter(pk__in=assets_along(at[code], within_m=metres)).values_list("code", flat=True))

    assert along("AB", 0) == {"AB", "A", "B", "BC"}, "what begins at its ends, too"
    assert along("A", 50) == {"A", "AB"}
    assert along("A", 150) == {"A", "AB", "B", "BC"}
