"""Early signs from the watch to the analyst: raised once whatever dies, ended by what comes, seen only within one's regions."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from tests.engine.diagnosis.district import ASKED_H, CHANNELS, HOUR_MS, LIMITS, START_MS, District, features
from tests.engine.diagnosis.incidents import heat_main_leak, quiet
from tests.people import LICANG
from tocsin.base.time import Clock, datetime_from_ms
from tocsin.bus.envelope import encode_readings
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries.table import History
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.early_signs import queries
from tocsin.warning.early_signs.loops.watch import WatchLoop
from tocsin.warning.early_signs.models import EarlySign
from tocsin.warning.early_signs.services import signs as services

BEGIN_MS = START_MS + 8 * 24 * HOUR_MS
END_MS = START_MS + round((ASKED_H + 2) * HOUR_MS)
PART_MS = 4 * HOUR_MS


class Street:
    """The street of the drawing in the database, its readings in a history, and the watch over it."""

    def __init__(self, folder: Path, district: District) -> None:
        ensure_regions()
        import_network(actor=system_actor(), features=features(), region_code=LICANG)
        place = {one["properties"]["id"]: one["geometry"]["coordinates"] for one in features()}  # type: ignore[index]
        sensors = [
            NewSensor(
                device_code="STREET",
                channel=f"{asset}-{quantity}",
                quantity=quantity,
                asset_code=asset,
                lon=place[asset][0],
                lat=place[asset][1],
                interval_s=600.0,
                alarm_high=LIMITS.get(quantity),
                alarm_low=370.0 if quantity == "pressure" else None,
            )
            for asset, quantity in CHANNELS
        ]
        register_many(actor=system_actor(), devices=[NewDevice(code="STREET", region_code=LICANG)], sensors=sensors)
        _network, _sensors, readings = district.parts()
        self.readings = readings.take(np.argsort(readings.ts, kind="stable"))
        self.restart(folder)

    def restart(self, folder: Path) -> None:
        """Eight days of readings in a new folder."""
        self.folder, self.history = folder, History(folder / "history")
        self.history.append(self.readings.take(self.readings.ts < BEGIN_MS), version=1)

    def begin(self, now_ms: int) -> WatchLoop:
        """A watch that knows the history alone."""
        loop = WatchLoop(None, folder=self.folder, clock=Clock(now_ms, 0, 0.0))  # type: ignore[arg-type]
        loop._begin()
        return loop

    def run(self, kill_after: frozenset[int] = frozenset()) -> None:
        """Part after part comes; after some of them the watch dies and begins anew."""
        watch = self.begin(BEGIN_MS)
        for number, from_ms in enumerate(range(BEGIN_MS, END_MS, PART_MS), 2):
            until_ms = min(from_ms + PART_MS, END_MS)
            part = self.readings.take((self.readings.ts >= from_ms) & (self.readings.ts < until_ms))
            self.history.append(part, version=number)
            watch._clock = Clock(until_ms, 0, 0.0)
            watch.take([(number, encode_readings(part))])
            if number in kill_after:
                watch = self.begin(until_ms)


def raised() -> list[tuple[str, str, str]]:
    rows = EarlySign.objects.order_by("raised_at", "id")
    return [(str(one.pk), one.cause, f"{one.raised_at:%d %H:%M}") for one in rows]


def make_sign(**fields: object) -> EarlySign:
    """A standing sign at one of the street's methane sensors, written by the service."""
    from tocsin.warning.early_signs.services.signs import NewSign

    sensor = Sensor.objects.get(channel="S3-methane")
    told = {
        "cause": "sewer_biogas",
        "asset_code": "sewer3",
        "asset_kind": "sewer",
        "owner": "drainage_bureau",
        "lon": sensor.lon,
        "lat": sensor.lat,
        "way": [],
        "way_geometry": {"type": "GeometryCollection", "geometries": []},
        "evidence": [],
        **fields,
    }
    sign = NewSign(LICANG, sensor.index, told, 0.8, BEGIN_MS, BEGIN_MS + HOUR_MS)
    for _twice in range(2):
        services.keep_early_signs(region_code=LICANG, raised=[sign], standing=[(sign.id, BEGIN_MS)], replaced=[])
    return EarlySign.objects.get()


def make_alarm(sensor: Sensor, raised_ms: int) -> Alarm:
    at = datetime_from_ms(raised_ms)
    return Alarm.objects.create(
        sensor=sensor,
        rule="high",
        quantity=sensor.quantity,
        region_code=LICANG,
        lon=sensor.lon,
        lat=sensor.lat,
        state=AlarmState.ACTIVE_UNACKNOWLEDGED,
        level=2,
        peak_level=2,
        raised_at=at,
        updated_at=at,
    )


@pytest.mark.django_db
def test_a_leaking_heat_main_is_told_once_before_its_limit_whatever_dies(tmp_path: Path) -> None:
    street = Street(tmp_path, heat_main_leak())
    street.run()
    undisturbed = raised()
    assert undisturbed
    assert undisturbed[0][1] == "heat_main_leak_biogas"
    first = EarlySign.objects.order_by("raised_at").first()
    assert first is not None
    assert first.raised_at < datetime_from_ms(START_MS + round(ASKED_H * HOUR_MS)) - timedelta(hours=4)
    assert first.hypothesis["evidence"]
    assert OutboxEvent.objects.filter(name="warning.EarlySignRaised").count() == len(undisturbed)
    EarlySign.objects.all().delete()
    street.restart(tmp_path / "again")
    street.run(frozenset((3, 5, 6, 9)))
    assert raised() == undisturbed


@pytest.mark.django_db
def test_quiet_days_have_none(tmp_path: Path) -> None:
    Street(tmp_path, quiet()).run()
    assert raised() == []


@pytest.mark.django_db
def test_a_sign_told_twice_stands_once(tmp_path: Path) -> None:
    Street(tmp_path, quiet())
    make_sign()
    assert OutboxEvent.objects.filter(name="warning.EarlySignRaised").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "channel", "joins"), [(30, "S3-methane", True), (30, "HS-makeup_flow", False), (-30, "S3-methane", False)]
)
def test_an_alarm_ends_the_signs_before_it(tmp_path: Path, minutes: int, channel: str, joins: bool) -> None:
    Street(tmp_path, quiet())
    row = make_sign()
    alarm = make_alarm(Sensor.objects.get(channel=channel), BEGIN_MS + minutes * 60_000)
    assert services.join_alarms(near_m=400.0) == joins
    row.refresh_from_db()
    assert (row.alarm == alarm, row.ended_by) == ((True, "alarm") if joins else (False, ""))


@pytest.mark.django_db
@pytest.mark.parametrize("replaced", [True, False])
def test_what_the_watch_holds_no_more_ends(tmp_path: Path, replaced: bool) -> None:
    Street(tmp_path, quiet())
    row = make_sign()
    services.keep_early_signs(region_code=LICANG, raised=[], standing=[], replaced=[row.pk] if replaced else [])
    row.refresh_from_db()
    assert row.ended_by == ("another_cause" if replaced else "calm")
    assert OutboxEvent.objects.filter(name="warning.EarlySignEnded").count() == 1


@pytest.mark.django_db
def test_who_looks_is_kept_the_first_time(tmp_path: Path, officer: User, stranger: User, viewer: User) -> None:
    Street(tmp_path, quiet())
    row = make_sign()
    with pytest.raises(EarlySign.DoesNotExist):
        services.see_early_sign(actor=stranger, early_sign_id=row.pk)
    client = Client()
    client.force_login(viewer)
    assert client.post(f"/early-signs/{row.pk}/seen/").status_code == 403
    client.force_login(officer)
    waiting = "/api/v1/command/waiting?kind=early_sign"
    assert [one["address"] for one in client.get(waiting).json()] == [f"/early-signs/{row.pk}/"]
    for _twice in range(2):
        assert client.post(f"/early-signs/{row.pk}/seen/").status_code == 302
    row.refresh_from_db()
    assert row.seen_by == officer
    assert AuditEntry.objects.filter(action="early_sign.seen").count() == 1


@pytest.mark.django_db
def test_pages_and_api_within_the_region(tmp_path: Path, officer: User, stranger: User) -> None:
    Street(tmp_path, quiet())
    row = make_sign()
    alarm = make_alarm(row.sensor, BEGIN_MS + 60_000)
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer)
    for path in ("/early-signs/", f"/early-signs/{row.pk}/"):
        assert b"Sewer" in client.get(path).content or b"sewer" in client.get(path).content, path
    listed = client.get("/api/v1/warning/early-signs").json()
    assert (listed["total"], listed["items"][0]["cause"]) == (1, "sewer_biogas")
    assert client.get(f"/api/v1/warning/early-signs/{row.pk}").json()["owner"]["code"] == "drainage_bureau"
    services.join_alarms(near_m=400.0)
    assert b"An early sign stood since" in client.get(f"/alarms/{alarm.pk}/", headers={"hx-request": "true"}).content
    assert [one.pk for one in queries.early_signs_before(officer, alarm.pk)] == [row.pk]
    client.force_login(stranger)
    assert client.get("/api/v1/warning/early-signs").json()["total"] == 0
    assert client.get(f"/api/v1/warning/early-signs/{row.pk}").status_code == 404
    assert client.get(f"/early-signs/{row.pk}/").status_code == 404
