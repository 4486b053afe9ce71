"""Doors that follow what changes know what a whole look at the database finds; where they can't follow they look at all."""

from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from tests.people import LICANG
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.models import Device, RegistryChange, Sensor
from tocsin.sensing.devices.queries.registry import MOST_CHANGED, registry_version
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services import changes, credentials
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.devices.services.registry import registry_changed
from tocsin.sensing.doors.services.loading import Loaded, load
from tocsin.sensing.transmitters.services import enter_transmitter

GATEWAYS, DEVICES = 3, 9


def register(codes: Sequence[str], *channels: str) -> None:
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=LICANG) for code in codes],
        sensors=[
            NewSensor(device_code=code, channel=name, quantity="methane", unit="pct_vol", lon=120.4, lat=36.2)
            for code in codes
            for name in channels
        ],
    )


def whole() -> Loaded:
    loaded = load(None)
    assert loaded is not None
    return loaded


def device(number: int) -> Device:
    return Device.objects.get(code=f"d{number}")


def _carry(number: int, other: int) -> None:
    gateway = f"g{other % (GATEWAYS + 1)}"
    known = gateway if other % (GATEWAYS + 1) < GATEWAYS else ""
    changes.set_gateway(actor=system_actor(), device_id=device(number).pk, gateway_code=known)


def _gateway(number: int, other: int) -> None:
    gateway = Device.objects.get(code=f"g{number % GATEWAYS}")
    (changes.disable_device if other % 2 else changes.enable_device)(actor=system_actor(), device_id=gateway.pk)


def _sensor(number: int, other: int) -> None:
    sensor = device(number).sensors.order_by("index")[0]
    changes.edit_sensor(actor=system_actor(), sensor_id=sensor.pk, changes={"enabled": bool(other % 2)})


def _new(number: int, _other: int) -> None:
    code = f"new-{Device.objects.count()}"
    new = NewDevice(code=code, region_code=LICANG, gateway_code=f"g{number % GATEWAYS}")
    devices = (code, f"d{number}")
    register_many(
        actor=system_actor(),
        devices=[new],
        sensors=[NewSensor(device_code=one, channel=code, quantity="oxygen", lon=120.4, lat=36.2) for one in devices],
    )


ACTS: dict[str, Callable[[int, int], object]] = {
    "carry": _carry,
    "gateway": _gateway,
    "sensor": _sensor,
    "new": _new,
    "disable": lambda number, _other: changes.disable_device(actor=system_actor(), device_id=device(number).pk),
    "enable": lambda number, _other: changes.enable_device(actor=system_actor(), device_id=device(number).pk),
    "secret": lambda number, _other: credentials.rotate_secret(actor=system_actor(), device_id=device(number).pk),
    "unheard": lambda number, other: credentials.renew_unheard(actor=system_actor(), codes=[f"d{number}", f"d{other}"]),
    "password": lambda number, _other: credentials.renew_access_password(actor=system_actor(), device_id=device(number).pk),
    "withdraw": lambda number, _other: credentials.withdraw_access_password(actor=system_actor(), device_id=device(number).pk),
}
NUMBERS = some.integers(0, DEVICES - 1)


class Follows(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        ensure_regions()
        register([f"g{k}" for k in range(GATEWAYS)], "a")
        register([f"d{k}" for k in range(DEVICES)], "a", "b")
        enter_transmitter(actor=system_actor(), device_code="d0", source="000000000001", networks="10.0.0.0/8")

    @settings(max_examples=25)
    @given(some.lists(some.tuples(some.sampled_from(sorted(ACTS)), NUMBERS, NUMBERS, some.booleans()), min_size=1, max_size=12))
    def test_random_changes(self, acts: list[tuple[str, int, int, bool]]) -> None:
        known = whole()
        for act, number, other, look in acts:
            ACTS[act](number, other)
            if look:
                known = load(known) or known
                assert known == whole(), act
        assert (load(known) or known) == whole()


@pytest.mark.django_db
def test_one_change_reads_one_device() -> None:
    ensure_regions()
    register([f"d{k}" for k in range(DEVICES)], "a", "b")
    known = whole()
    assert load(known) is None
    changes.disable_sensor(actor=system_actor(), sensor_id=Sensor.objects.filter(device__code="d3")[0].pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        followed = load(known)
    assert followed == whole()
    assert followed is not None
    assert [code for code, one in followed.devices.items() if one is not known.devices[code]] == ["d3"]
    assert (followed.trust, followed.transmitters) == (known.trust, known.transmitters)
    assert not [one["sql"] for one in asked if "WHERE" not in one["sql"]], "no question asks for all rows"
    assert len(asked) <= 12


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["many", "forgotten", "another database"])
def test_where_it_cannot_follow_it_looks_at_all(why: str) -> None:
    ensure_regions()
    register(["d0", "d1"], "a")
    known = whole()
    Sensor.objects.update(channel="renamed")  # what no change tells of is seen by a whole look alone
    if why == "many":
        register([f"m{k}" for k in range(MOST_CHANGED + 1)])
        assert list(RegistryChange.objects.filter(version=registry_version()).values_list("device_id", flat=True)) == [None]
    else:
        registry_changed([Device.objects.get(code="d0").pk])
    if why == "forgotten":
        RegistryChange.objects.all().delete()
    if why == "another database":
        known = Loaded(known.versions._replace(devices=registry_version() + 5), *list(known.__dict__.values())[1:])
    followed = load(known)
    assert followed == whole()
    assert followed is not None
    assert list(followed.devices["d1"].channels.known) == ["renamed"]


@pytest.mark.django_db
def test_nothing_changed_is_no_version() -> None:
    before = registry_version()
    registry_changed([])
    assert registry_version() == before
