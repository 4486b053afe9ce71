"""Devices that are asked and do not answer: told once, by region, until they answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.languages import english as english
from tests.people import make_person
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.face import Notice
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.rules import NewDevice
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.opcua.models import OpcUaServer
from tocsin.sensing.silence.models import SilentUnit
from tocsin.sensing.silence.rules import SILENT_UNITS
from tocsin.sensing.silence.services import tell_silent_units
from tocsin.sensing.silence.shown import page, texts

LICANG, YANTAI = "370213", "370602"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=3)


@pytest.fixture
def keeper(db: None) -> Any:
    ensure_regions()
    return make_person("rule_engineer", LICANG)


def unit(code: str, *, region: str = LICANG, heard: datetime | None = None, period_s: float = 60.0) -> ModbusUnit:
    register_many(actor=system_actor(), devices=[NewDevice(code=code, region_code=region)], sensors=[])
    device = Device.objects.get(code=code)
    Device.objects.filter(pk=device.pk).update(last_seen_at=heard)
    return ModbusUnit.objects.create(
        device=device, host="10.8.1.20", registers=["a coil 0 bool"], period_s=period_s, entered_at=LONG_AGO
    )


def heard(one: ModbusUnit | OpcUaServer, at: datetime) -> None:
    Device.objects.filter(pk=one.device_id).update(last_seen_at=at)


def notices() -> list[Notice]:
    return list(Notice.objects.filter(purpose=SILENT_UNITS).order_by("key"))


def test_one_that_falls_silent_is_told_once_and_it_ends_when_it_answers(keeper: Any) -> None:
    one = unit("plc-1", heard=NOW - timedelta(minutes=10))
    tell_silent_units(now=NOW)
    assert notices() == []
    later = NOW + timedelta(minutes=6)
    for minutes in (0, 1, 60):
        tell_silent_units(now=later + timedelta(minutes=minutes))
    (told,) = notices()
    assert told.person_id == keeper.pk
    assert texts([told])[told.pk] == "1 device that is asked does not answer since 11-24 15:50: plc-1"
    assert page(told) == f"/sensing/modbus/{one.pk}/"
    again = NOW + timedelta(hours=2)
    heard(one, again)
    tell_silent_units(now=again)
    told.refresh_from_db()
    assert told.fate == "superseded"
    assert not SilentUnit.objects.exists()
    tell_silent_units(now=again + timedelta(minutes=20))
    assert len(notices()) == 2, "another silence is another notice"


def test_those_that_fall_silent_together_are_one_notice(keeper: Any) -> None:
    units = [unit(f"plc-{number}") for number in range(8)]
    unit("far-1", region=YANTAI)
    unit("slow-1", heard=NOW - timedelta(hours=1), period_s=3600.0)
    tell_silent_units(now=NOW)
    (told,) = notices()
    assert "8 devices that are asked do not answer" in texts([told])[told.pk]
    assert "plc-4" in texts([told])[told.pk]
    assert "plc-5" not in texts([told])[told.pk]
    assert page(told) == "/sensing/modbus/"
    for one in units[:7]:
        heard(one, NOW)
    tell_silent_units(now=NOW)
    told.refresh_from_db()
    assert told.fate != "superseded", "one of them is silent still"
    heard(units[7], NOW)
    tell_silent_units(now=NOW)
    told.refresh_from_db()
    assert told.fate == "superseded"


def test_what_is_not_asked_is_not_silent(keeper: Any) -> None:
    one = unit("plc-1")
    Device.objects.filter(pk=one.device_id).update(enabled=False)
    register_many(actor=system_actor(), devices=[NewDevice(code="ua-1", region_code=LICANG)], sensors=[])
    server = OpcUaServer.objects.create(
        device=Device.objects.get(code="ua-1"), endpoint="opc.tcp://10.8.1.20", security="sign", entered_at=LONG_AGO
    )
    tell_silent_units(now=NOW)
    assert notices() == []
    OpcUaServer.objects.filter(pk=server.pk).update(trusted_at=LONG_AGO)
    tell_silent_units(now=NOW)
    (told,) = notices()
    assert page(told) == f"/sensing/opcua/{server.pk}/"


def test_in_the_inbox_with_its_page(keeper: Any, client: Client) -> None:
    one = unit("plc-1")
    tell_silent_units(now=NOW)
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    (told,) = notices()
    assert client.get(page(told)).status_code == 200
    assert f"/sensing/modbus/{one.pk}/try/" in client.get(page(told)).content.decode()
