"""A gateway or station that died explains its children: one alarm, children unknown because of it, all back by themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import LICANG
from tests.warning.district import NOW, NOW_MS, detection
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.changes import set_gateway
from tocsin.sensing.devices.services.registering import register_many
from tocsin.warning.alarms.models import Alarm, AlarmEntry, DeviceFinding
from tocsin.warning.alarms.policy import quality
from tocsin.warning.alarms.queries.alarms import history_of, visible_alarm
from tocsin.warning.alarms.rules.inhibition import Inhibition, Kind, Thing, explanations, inhibition, is_lost
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.services import acts as services_acts
from tocsin.warning.alarms.services import detections as services_detections
from tocsin.warning.alarms.services import losses as services
from tocsin.warning.alarms.shown.alarms import AlarmOut, EntryOut
from tocsin.warning.covers.models import Cover
from tocsin.warning.covers.queries import outages
from tocsin.warning.covers.rules import CoverKind
from tocsin.warning.covers.services.covers import NewCover, enter_cover

django = pytest.mark.django_db
POLICY = quality().loss
DEAD_MS = NOW_MS + 600_000  # when silence is found; the last reading came at NOW_MS


def register(groups: dict[str, int], *, gateway: str = "", asset: str = "") -> None:
    """Devices with so many methane channels each, carried by a gateway, at a station."""
    devices = [NewDevice(code=code, region_code=LICANG, gateway_code=gateway) for code in groups]
    sensors = [
        NewSensor(device_code=code, channel=f"c{k}", quantity="pressure", lon=120.4, lat=36.2, asset_code=asset, interval_s=60)
        for code, count in groups.items()
        for k in range(count)
    ]
    register_many(actor=system_actor(), devices=devices, sensors=sensors)
    Sensor.objects.update(last_ts=NOW_MS)


def fall_silent(sensors: Any, edge: str = "raise") -> None:
    found = [
        detection(edge, AlarmLevel.NONE, sensor=index, rule="silence", ts=DEAD_MS if edge == "raise" else DEAD_MS + 60_000)
        for index in sensors.values_list("index", flat=True)
    ]
    for start in range(0, len(found), 100):
        services_detections.apply_detections(detections=found[start : start + 100], now=NOW)


def look(minutes: float = 11) -> None:
    while services.follow_losses(now=NOW + timedelta(minutes=minutes)):
        pass


def _make_the_tables_look_empty() -> None:
    """What a server's planner believes of tables that it last looked at while they were empty, as in a city's first hour."""
    register({"X": 50})
    fall_silent(Sensor.objects.all())
    for model in (DeviceFinding, Sensor, Device):
        model.objects.all().delete()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.fixture
def gateway(db: None) -> Device:
    """GW carries N0 … N49 with ten sensors each; OTHER stands by itself."""
    ensure_regions()
    _make_the_tables_look_empty()
    register({"GW": 0, "OTHER": 3})
    register({f"N{k}": 10 for k in range(50)}, gateway="GW")
    return Device.objects.get(code="GW")


@django
def test_500_sensors_behind_one_gateway_give_one_alarm(gateway: Device, officer: User) -> None:
    fall_silent(Sensor.objects.filter(device__gateway=gateway))
    look()
    alarm = Alarm.objects.get()
    assert (alarm.device, alarm.rule, alarm.level, alarm.state) == (gateway, "lost", AlarmLevel.YELLOW, "active_unacknowledged")
    assert alarm.raised_at == datetime.fromtimestamp(DEAD_MS / 1000, tz=UTC)
    assert alarm.figures == {"silent": 500, "sensors": 500}
    assert Sensor.objects.filter(unknown_because="GW").count() == 500
    told = AlarmOut.from_orm(visible_alarm(officer, alarm.pk))
    assert told.title == "Communication lost, silent sensors: 500"
    assert told.place == "GW"
    assert told.why == ["500 of 500 sensors behind it are silent: their values are unknown, not normal."]


@django
def test_a_second_look_and_a_restart_change_nothing(gateway: Device) -> None:
    fall_silent(Sensor.objects.filter(device__gateway=gateway))
    look()
    before = list(Alarm.objects.values()), AlarmEntry.objects.count()
    for minutes in (12, 60, 600):
        look(minutes)
    assert (list(Alarm.objects.values()), AlarmEntry.objects.count()) == before


@django
def test_where_nothing_is_silent_a_look_asks_for_no_covers(gateway: Device) -> None:
    """The worker looks every five seconds, for ever."""
    with CaptureQueriesContext(connection) as asked:
        assert services.follow_losses(now=NOW) == 0
    assert not [one["sql"] for one in asked if Cover._meta.db_table in one["sql"]]


def test_it_lives_again_and_the_children_with_it(gateway: Device, officer: User) -> None:
    children = Sensor.objects.filter(device__gateway=gateway)
    fall_silent(children)
    look()
    fall_silent(children, "clear")
    look(13)
    alarm = Alarm.objects.get()
    assert alarm.state == AlarmState.RETURNED_UNACKNOWLEDGED
    assert not Sensor.objects.exclude(unknown_because="").exists()
    services_acts.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    alarm.refresh_from_db()
    assert alarm.closed_at is not None
    fall_silent(Sensor.objects.filter(device__gateway=gateway))  # the same detections again: nothing new
    look(14)
    assert Alarm.objects.count() == 1


@django
def test_alarms_of_children_are_suppressed_or_marked_and_come_back(gateway: Device, officer: User) -> None:
    def ring(code: str, minutes: float, *, latching: bool) -> Alarm:
        sensor = Sensor.objects.get(device__code=code, channel="c0")
        at = NOW_MS + round(minutes * 60_000)
        services_detections.apply_detections(
            detections=[detection(level=AlarmLevel.YELLOW, sensor=sensor.index, rule="low", ts=at, latching=latching)], now=NOW
        )
        return Alarm.objects.get(sensor=sensor)

    standing, consequence, gas = (
        ring("N0", -60, latching=False),
        ring("N1", -0.5, latching=False),
        ring("N2", -0.5, latching=True),
    )
    other = ring("OTHER", -0.5, latching=False)
    fall_silent(Sensor.objects.filter(device__gateway=gateway))
    look()
    states = {alarm.pk: (alarm.state, alarm.explained_by_id is not None) for alarm in Alarm.objects.all()}
    assert states[standing.pk] == ("active_unacknowledged", True)
    assert states[consequence.pk] == ("suppressed", True)
    assert states[gas.pk] == ("active_unacknowledged", True)
    assert states[other.pk] == ("active_unacknowledged", False)
    told = AlarmOut.from_orm(visible_alarm(officer, standing.pk))
    assert told.explained_by == "GW"
    assert "The sensor can't be heard: its value is unknown, the alarm stays." in told.why
    fall_silent(Sensor.objects.filter(device__gateway=gateway), "clear")
    look(13)
    for alarm in (standing, consequence, gas):
        alarm.refresh_from_db()
        assert (alarm.state, alarm.explained_by_id) == ("active_unacknowledged", None)
    lines = [EntryOut.from_orm(entry).sentence for entry in history_of(consequence)]
    assert lines[1:] == ["Suppressed by design, because of GW", "No longer explained by GW"]


@django
def test_a_device_that_was_told_first_is_explained_by_its_gateway_and_comes_back_alone(gateway: Device) -> None:
    fall_silent(Sensor.objects.filter(device__code="N0"))
    look()
    alone = Alarm.objects.get()
    assert (alone.device.code if alone.device else "", alone.level) == ("N0", AlarmLevel.BLUE)
    fall_silent(Sensor.objects.filter(device__gateway=gateway).exclude(device__code="N0"))
    look(12)
    alone.refresh_from_db()
    assert alone.state == AlarmState.SUPPRESSED
    assert alone.explained_by == Alarm.objects.get(device=gateway)
    fall_silent(Sensor.objects.filter(device__gateway=gateway).exclude(device__code="N0"), "clear")
    look(14)
    alone.refresh_from_db()
    assert (alone.state, alone.explained_by) == (AlarmState.ACTIVE_UNACKNOWLEDGED, None)
    assert set(Sensor.objects.exclude(unknown_because="").values_list("unknown_because", flat=True)) == {"N0"}


@django
def test_a_station_explains_the_devices_in_it(db: None) -> None:
    ensure_regions()
    place = {"type": "Point", "coordinates": [120.4, 36.2]}
    station = {
        "type": "Feature",
        "geometry": place,
        "properties": {"id": "HS1", "kind": "heat_station", "owner": "heating_company"},
    }
    assert not import_network(actor=system_actor(), features=[station], region_code=LICANG).errors
    register({"A": 3, "B": 3}, asset="HS1")
    fall_silent(Sensor.objects.all())
    look()
    alarm = Alarm.objects.get()
    assert (alarm.asset.code if alarm.asset else "") == "HS1"
    assert Sensor.objects.filter(unknown_because="HS1").count() == 6


@django
def test_disabled_sensors_do_not_count(gateway: Device) -> None:
    silent = Sensor.objects.filter(device__code="N0")
    Sensor.objects.filter(device__gateway=gateway).exclude(device__code="N0").update(enabled=False)
    fall_silent(silent)
    look()
    assert Alarm.objects.get().device == gateway  # all that is left behind it is silent


REFUSED = [
    ("itself", "GW", "GW"),
    ("one that is carried", "OTHER", "N0"),
    ("one that is not there", "OTHER", "NOWHERE"),
    ("from a gateway", "GW", "OTHER"),
]


@django
@pytest.mark.parametrize(("device", "carrier"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_gateway_has_no_gateway(gateway: Device, device: str, carrier: str) -> None:
    with pytest.raises(InvalidInput):
        set_gateway(actor=system_actor(), device_id=Device.objects.get(code=device).pk, gateway_code=carrier)


LOST = [
    (Kind.GATEWAY, 2, 2, False, False),  # too few to be a thing of its own
    (Kind.DEVICE, 7, 7, False, False),
    (Kind.DEVICE, 8, 8, False, True),
    (Kind.STATION, 3, 3, False, True),
    (Kind.GATEWAY, 8, 10, False, False),
    (Kind.GATEWAY, 9, 10, False, True),
    (Kind.GATEWAY, 9, 10, True, True),
    (Kind.GATEWAY, 5, 10, True, True),  # some speak again: it may be coming back
    (Kind.GATEWAY, 4, 10, True, False),
]


@pytest.mark.parametrize(("kind", "silent", "sensors", "already", "lost"), LOST)
def test_when_a_thing_is_lost(kind: Kind, silent: int, sensors: int, already: bool, lost: bool) -> None:
    assert is_lost(kind=kind, silent=silent, sensors=sensors, already=already, policy=POLICY) is lost


VERDICTS = [
    ("stood for an hour", False, -3600, Inhibition.UNKNOWN),
    ("a minute before the silence", False, -60, Inhibition.SUPPRESSED),
    ("after it, from what came late", False, 60, Inhibition.SUPPRESSED),
    ("gas, a minute before", True, -60, Inhibition.UNKNOWN),
]


@pytest.mark.parametrize(("is_gas", "seconds", "verdict"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS])
def test_what_becomes_of_a_childs_alarm(is_gas: bool, seconds: int, verdict: Inhibition) -> None:
    found = inhibition(is_gas=is_gas, raised_ms=NOW_MS + seconds * 1000, silent_from_ms=NOW_MS, policy=POLICY)
    assert found is verdict


def test_the_largest_lost_thing_explains_the_others() -> None:
    from tocsin.base.ids import new_id

    station, gateway, device, apart = (Thing(kind, new_id()) for kind in (Kind.STATION, Kind.GATEWAY, Kind.DEVICE, Kind.DEVICE))
    children = {station: [1, 2, 3, 4], gateway: [1, 2, 3, 4], device: [1, 2], apart: [4, 5]}
    assert explanations(children, children) == {station: station, gateway: station, device: station, apart: apart}
    assert explanations(children, [gateway, device]) == {gateway: gateway, device: gateway}


@django
def test_a_planned_outage_rings_nobody_and_says_why_the_sensors_are_silent(gateway: Device, officer: User) -> None:
    now = NOW + timedelta(minutes=5)
    outage = NewCover(
        kind=CoverKind.OUTAGE,
        what="power off for the new switchgear",
        region_code=LICANG,
        begins_at=NOW,
        ends_at=NOW + timedelta(hours=2),
        who="grid crew",
        contact="0532-1",
        device_code="GW",
    )
    enter_cover(actor=officer, new=outage, now=NOW)
    fall_silent(Sensor.objects.filter(device__gateway=gateway))
    services.follow_losses(now=now)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.cover.what) == (AlarmState.SUPPRESSED, "power off for the new switchgear")  # type: ignore[union-attr]
    silent = Sensor.objects.filter(device__gateway=gateway).values_list("pk", flat=True)
    assert set(outages(list(silent), first=NOW, last=now)) == set(silent)
    assert outages(list(silent), first=NOW - timedelta(hours=2), last=NOW - timedelta(hours=1)) == {}
    assert not outages(list(Sensor.objects.filter(device__code="OTHER").values_list("pk", flat=True)), first=NOW, last=now)
