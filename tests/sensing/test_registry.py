"""The registry: secrets shown once, indexes never given twice, rights asked everywhere, the API closed by default."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.people import make_person
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.keys import Purpose, keys_of
from tocsin.base.time import datetime_from_ms
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.rules import NewDevice, NewSensor, digest_of, is_access_password, is_secret
from tocsin.sensing.devices.services import changes, credentials, registering
from tocsin.sensing.doors.services.traffic import Traffic, record_traffic
from tocsin.sensing.health import services as health_services
from tocsin.sensing.history import services as history_services
from tocsin.sensing.quarantine import queries as quarantine_queries
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.services.asides import Aside

LICANG, SHINAN = "370213", "370202"
AT = datetime_from_ms(1_764_000_000_000)


@pytest.fixture(autouse=True)
def city(db: None) -> Any:
    ensure_regions()
    with translation.override("en"):
        yield


def sensor(channel: str = "methane", device: str = "well-1", **fields: Any) -> NewSensor:
    return NewSensor(device_code=device, channel=channel, **{"quantity": "methane", "lon": 120.4, "lat": 36.2, **fields})


def register(actor: User | None = None, region: str = LICANG, code: str = "well-1") -> str:
    device = NewDevice(code=code, region_code=region)
    return registering.register_many(actor=actor or system_actor(), devices=[device], sensors=[sensor(device=code)])[code]


def test_a_secret_is_kept_as_its_digest_and_rotated() -> None:
    secret = register()
    device = Device.objects.get()
    assert secret not in str(device.__dict__)
    assert is_secret(secret.encode(), device.secret_sha256)
    assert not is_secret(b"", device.secret_sha256)
    newer = credentials.rotate_secret(actor=system_actor(), device_id=device.pk)
    assert Device.objects.get().secret_sha256 == digest_of(newer) != digest_of(secret)
    assert secret not in json.dumps(list(AuditEntry.objects.values_list("details", flat=True)))


def test_a_password_of_hj_212_is_kept_as_a_fingerprint_of_this_installation() -> None:
    register()
    device = Device.objects.get()
    assert not device.speaks_hj212
    password = credentials.renew_access_password(actor=system_actor(), device_id=device.pk)
    kept = Device.objects.get().access_fingerprint
    keys = keys_of(Purpose.ACCESS)
    assert len(password) == 6
    assert is_access_password("well-1", password, kept, keys)
    assert not is_access_password("well-2", password, kept, keys), "of another device"
    assert not is_access_password("well-1", password, kept, [bytes(32)]), "of another installation"
    newer = credentials.renew_access_password(actor=system_actor(), device_id=device.pk)
    assert not is_access_password("well-1", password, Device.objects.get().access_fingerprint, keys) or newer == password
    assert password not in json.dumps(list(AuditEntry.objects.values_list("details", flat=True)))
    assert not credentials.withdraw_access_password(actor=system_actor(), device_id=device.pk).speaks_hj212


def test_a_password_is_shown_once_on_its_page_and_by_the_api(client: Client) -> None:
    register()
    device = Device.objects.get()
    client.force_login(make_person("rule_engineer"))
    page = f"/sensing/devices/{device.pk}/"
    with translation.override("en"):
        answer = client.post(f"{page}access/")
        assert answer.status_code == 200
        (password,) = re.findall(r'class="secret">\s*<span>(\w{6})</span>', answer.content.decode())
        assert password not in client.get(page).content.decode()
    made = client.post(f"/api/v1/sensing/devices/{device.pk}/access-password")
    assert made.status_code == 201
    assert is_access_password("well-1", made.json()["password"], Device.objects.get().access_fingerprint, keys_of(Purpose.ACCESS))
    assert client.get(f"/api/v1/sensing/devices/{device.pk}").json()["speaks_hj212"] is True
    assert client.delete(f"/api/v1/sensing/devices/{device.pk}/access-password").json()["speaks_hj212"] is False
    client.post(f"{page}access/")
    client.post(f"{page}withdraw/")
    assert not Device.objects.get().speaks_hj212


def test_the_page_that_shows_a_secret_tells_how_to_send_and_what_has_come(client: Client) -> None:
    register()
    device = Device.objects.get()
    client.force_login(make_person("rule_engineer"))
    client.cookies["django_language"] = "en"
    page = f"/sensing/devices/{device.pk}/"
    with translation.override("en"):
        shown = unescape(client.post(f"{page}rotate/").content.decode())
        (secret,) = re.findall(r'class="secret">\s*<span>([\w-]{43})</span>', shown)
        assert f'mosquitto_pub -h 127.0.0.1 -p 1883 -u well-1 -P {secret} -q 1 -t tocsin/well-1/readings -m \'{{"values"' in shown
        assert f"curl -u well-1:{secret} http://127.0.0.1:8001/v1/readings -d" in shown
        (since,) = re.findall(rf'hx-get="{page}\?since=(\d{{13}})"', shown)
        ask = {"since": since}, {"HX-Request": "true"}
        assert "Nothing yet" in client.get(page, ask[0], headers=ask[1]).content.decode()
        at = datetime_from_ms(int(since) + 1000)
        fault = Aside("well-1", "unknown_channel", "mqtt", InvalidInput("x"), "ch4: 1", 1, at, at)
        record_traffic([Traffic("well-1", 1, 1, at)], [fault])
        Sensor.objects.update(last_ts=int(since) + 900, last_value=12.5)
        part = client.get(page, ask[0], headers=ask[1]).content.decode()
        assert "Heard at" in part
        assert "12.5" in part
        assert "ch4: 1" in part
        assert "<html" not in part
    client.force_login(make_person("viewer"))
    assert f'hx-get="{page}' not in client.get(page, ask[0]).content.decode(), "who may not manage devices tries none"


def test_indexes_are_dense_and_never_given_twice() -> None:
    register()
    with pytest.raises(Conflict):
        registering.register_many(actor=system_actor(), devices=[], sensors=[sensor("t"), sensor()])
    registering.register_sensor(actor=system_actor(), sensor=sensor("t", quantity="temperature"))
    assert list(Sensor.objects.values_list("index", flat=True)) == [0, 1]
    table = queries.sensor_table()
    assert table.index.tolist() == [0, 1]
    assert table.quantity == ("methane", "temperature")


def test_every_change_is_seen_by_its_version() -> None:
    seen = {queries.registry_version()}
    register()
    device = Device.objects.get()
    one = Sensor.objects.get()
    for act in (
        lambda: credentials.rotate_secret(actor=system_actor(), device_id=device.pk),
        lambda: credentials.renew_access_password(actor=system_actor(), device_id=device.pk),
        lambda: credentials.withdraw_access_password(actor=system_actor(), device_id=device.pk),
        lambda: changes.disable_device(actor=system_actor(), device_id=device.pk),
        lambda: changes.enable_device(actor=system_actor(), device_id=device.pk),
        lambda: changes.edit_sensor(actor=system_actor(), sensor_id=one.pk, changes={"alarm_high": 50.0}),
        lambda: changes.disable_sensor(actor=system_actor(), sensor_id=one.pk),
    ):
        seen.add(queries.registry_version())
        act()
    assert len(seen | {queries.registry_version()}) == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "colour"},
        {"unit": "furlong"},
        {"lat": 91.0},
        {"resolution": 0.0},
        {"interval_s": float("nan")},
        {"alarm_low": 5.0, "alarm_high": 5.0},
        {"channel": "a/b"},
        {"asset_code": "no-such"},
        {"device": "no-such"},
    ],
)
def test_what_can_not_be_registered(wrong: dict[str, Any]) -> None:
    register()
    with pytest.raises(InvalidInput):
        registering.register_sensor(actor=system_actor(), sensor=sensor(**{"channel": "other", **wrong}))


@pytest.mark.parametrize("code", ["", "a/b", "#", "well 1", "x" * 65])
def test_codes_that_are_no_topic(code: str) -> None:
    with pytest.raises(InvalidInput):
        register(code=code)


def test_a_code_taken_elsewhere_tells_nothing_but_to_choose_another() -> None:
    register()
    with pytest.raises(Conflict) as here:
        register()
    with pytest.raises(Conflict) as there:
        register(make_person("rule_engineer", SHINAN), SHINAN)
    assert str(here.value) == str(there.value) == "The code well-1 can't be used: choose another one."


def test_rights_of_the_region_are_needed() -> None:
    stranger, viewer = make_person("rule_engineer", SHINAN), make_person("viewer")
    for actor in (stranger, viewer):
        with pytest.raises(NotAllowed):
            register(actor)
    register()
    device, one = Device.objects.get(), Sensor.objects.get()
    for actor in (stranger, viewer):
        for act in (
            credentials.rotate_secret,
            credentials.renew_access_password,
            credentials.withdraw_access_password,
            changes.disable_device,
            changes.enable_device,
        ):
            with pytest.raises(NotAllowed):
                act(actor=actor, device_id=device.pk)
        with pytest.raises(NotAllowed):
            changes.edit_sensor(actor=actor, sensor_id=one.pk, changes={"name": "x"})
        with pytest.raises(InvalidInput, match="that you manage"):
            registering.register_sensor(actor=actor, sensor=sensor("second"))
    register(make_person("rule_engineer"), code="well-2")


def test_health_is_told_once_and_the_last_news_of_the_log_holds_whatever_its_date() -> None:
    register()
    OutboxEvent.objects.all().delete()
    deadline = datetime_from_ms(1_764_000_100_000)
    assert health_services.set_health(found={0: ("silent", deadline)})
    assert not health_services.set_health(found={0: ("silent", deadline)})
    assert not health_services.set_health(found={0: ("good", deadline)}, first=True)
    assert health_services.set_health(found={0: ("good", AT)})  # readings that a gateway had kept back
    assert Sensor.objects.values_list("health", "health_since").get() == ("good", deadline)
    assert [event.name for event in OutboxEvent.objects.all()] == ["sensing.SensorHealthChanged"] * 2


def test_counters_of_many_devices_grow_by_few_statements(django_assert_max_num_queries: Any) -> None:
    codes = [f"well-{number}" for number in range(450)]
    new = [NewDevice(code=code, region_code=LICANG) for code in codes]
    registering.register_many(actor=system_actor(), devices=new, sensors=[])
    with django_assert_max_num_queries(20):
        record_traffic([Traffic(code, number, 1, AT, "mqtt" if number % 2 else "") for number, code in enumerate(codes)], [])
    record_traffic([Traffic("well-7", 5, 2, AT, "http"), Traffic("nobody", 1, 1, AT)], [])
    seen = {one.code: (one.messages, one.rejected, one.heard_through) for one in Device.objects.all()}
    assert (seen["well-7"], seen["well-8"], seen["well-9"]) == ((12, 3, "http"), (8, 1, ""), (9, 1, "mqtt"))
    assert len(seen) == 450
    assert set(Device.objects.values_list("last_seen_at", flat=True)) == {AT}


def test_quarantine_is_one_row_per_device_and_reason() -> None:
    register()
    for code in ("well-1", "stranger", "other-stranger"):
        fault = Aside(code, "unreadable", "mqtt", InvalidInput("where"), "sam\0ple", 3, AT, AT)
        record_traffic([Traffic(code, 5, 3, AT)], [fault])
        record_traffic([], [fault])
    rows = {row.device_code: (row.count, row.region_code) for row in QuarantinedMessage.objects.all()}
    assert rows == {"well-1": (6, LICANG), "": (12, "")}
    assert Device.objects.values_list("messages", "rejected", "last_seen_at").get() == (5, 3, AT)
    assert quarantine_queries.visible_quarantine(make_person("rule_engineer")).count() == 1
    assert quarantine_queries.visible_quarantine(make_person("rule_engineer", SHINAN)).count() == 0
    assert quarantine_queries.visible_quarantine(make_person("viewer")).count() == 0


def test_latest_values_never_go_back() -> None:
    register()
    history_services.write_latest_values(latest={0: (2000, 1.5), 99: (1, 1.0)})
    history_services.write_latest_values(latest={0: (1000, 9.0)})
    assert Sensor.objects.values_list("last_ts", "last_value").get() == (2000, 1.5)


PATHS = ["devices", "sensors", "sensors.geojson", "quarantine", "sensors/{sensor}", "sensors/{sensor}/readings?from_ms=0&to_ms=9"]


def test_the_api_is_closed_to_strangers_and_cut_to_regions(client: Client) -> None:
    register()
    one = str(Sensor.objects.get().pk)
    for path in PATHS:
        assert client.get(f"/api/v1/sensing/{path.format(sensor=one)}").status_code == 401, path
    client.force_login(make_person("rule_engineer", SHINAN))
    for path in PATHS[:4]:
        body = client.get(f"/api/v1/sensing/{path}").json()
        assert not body.get("items", body.get("features")), path
    for path in PATHS[4:]:
        assert client.get(f"/api/v1/sensing/{path.format(sensor=one)}").status_code == 404, path
    device = Device.objects.get()
    assert client.post(f"/api/v1/sensing/devices/{device.pk}/secret").status_code in (403, 404)
    assert client.patch(f"/api/v1/sensing/sensors/{one}", {"name": "x"}, "application/json").status_code in (403, 404)
    assert digest_of("x") != Device.objects.get().secret_sha256 == device.secret_sha256


def test_the_api_shows_and_changes(client: Client) -> None:
    client.force_login(make_person("rule_engineer"))
    made = client.post("/api/v1/sensing/devices", {"code": "well-1", "region_code": LICANG}, "application/json")
    assert made.status_code == 201
    assert is_secret(made.json()["secret"].encode(), Device.objects.get().secret_sha256)
    new = {"device_code": "well-1", "channel": "methane", "quantity": "methane", "lon": 120.4, "lat": 36.2}
    one = client.post("/api/v1/sensing/sensors", new, "application/json")
    assert one.status_code == 201, one.content
    identity = one.json()["id"]
    assert client.post("/api/v1/sensing/sensors", new, "application/json").status_code == 409
    assert one.json()["unit"] == "pct_lel"
    changed = client.patch(f"/api/v1/sensing/sensors/{identity}", {"alarm_high": 40.0}, "application/json").json()
    assert (changed["alarm_high"], changed["interval_s"]) == (40.0, 60.0)
    assert client.get("/api/v1/sensing/sensors?search=well&quantity=methane").json()["total"] == 1
    feature = client.get("/api/v1/sensing/sensors.geojson").json()["features"][0]
    assert feature["properties"]["index"] == 0
    readings = client.get(f"/api/v1/sensing/sensors/{identity}/readings?from_ms=0&to_ms=10").json()
    assert readings == {one: [] for one in ("ts", "value", "quality", "min", "max", "sent", "marks")}
    device = client.patch(f"/api/v1/sensing/devices/{Device.objects.get().pk}", {"enabled": False}, "application/json").json()
    assert device["enabled"] is False


def test_the_door_lets_a_gateway_send_for_what_it_carries() -> None:
    register()
    register(code="gateway")
    seen = queries.registry_version()
    changes.set_gateway(actor=system_actor(), device_id=Device.objects.get(code="well-1").pk, gateway_code="gateway")
    assert queries.registry_version() != seen, "doors look again"
    known = {code: channels for code, _digest, _access, channels in queries.door_devices()}
    well = known["well-1"]["methane"]
    assert known["gateway"] == {"methane": (1, None, ("methane", "")), "well-1/methane": well}
    changes.disable_device(actor=system_actor(), device_id=Device.objects.get(code="well-1").pk)
    assert [sorted(channels) for _code, _digest, _access, channels in queries.door_devices()] == [["methane"]]
