"""Units of Modbus in the registry, on their pages and by the API."""

from typing import Any

import pytest
from django.test import Client

from tests.languages import english as english
from tests.people import make_person
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.doors.services.loading import load
from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.modbus.policy import ModbusPolicy
from tocsin.sensing.modbus.rules import (
    KnownUnit,
    read_map,
)
from tocsin.sensing.modbus.services import trial, units
from tocsin.sensing.modbus.services.asking import Answered, Failed

LICANG, YANTAI = "370213", "370602"


@pytest.fixture
def plant(db: None) -> Any:
    ensure_regions()
    devices = [NewDevice(code=code, region_code=region) for code, region in (("plc-1", LICANG), ("plc-2", YANTAI))]
    sensors = [NewSensor(device_code="plc-1", channel="methane", quantity="methane", lon=120.4, lat=36.2)]
    register_many(actor=system_actor(), devices=devices, sensors=sensors)


def made(code: str = "plc-1", text: str = "methane holding 0 u16 ABCD 0.1", **other: Any) -> ModbusUnit:
    place = {"host": "127.0.0.1", "port": 502, "unit": 1, "period_s": 60.0, **other}
    actor = place.pop("actor", None) or system_actor()
    return units.enter_unit(actor=actor, device_code=code, registers=read_map(text), **place)


def test_the_poller_hears_of_entries_changes_and_ends(plant: None) -> None:
    before = load(None)
    assert before is not None
    unit = made()
    after = load(before)
    assert after is not None
    assert after.modbus_units == (KnownUnit("plc-1", "127.0.0.1", 502, 1, 60.0, read_map("methane holding 0 u16 ABCD 0.1")),)
    place = {"host": "127.0.0.1", "port": 503, "unit": 2, "period_s": 5.0}
    units.change_unit(actor=system_actor(), unit_id=unit.pk, registers=read_map("flow input 0 f32"), **place)
    units.withdraw_unit(actor=system_actor(), unit_id=unit.pk)
    last = load(after)
    assert last is not None
    assert last.modbus_units == ()


def test_who_may_enter_what(plant: None) -> None:
    engineer = make_person("rule_engineer", LICANG)
    made(actor=engineer)
    with pytest.raises(Conflict, match="entered already"):
        made(actor=engineer)
    with pytest.raises(InvalidInput, match="no device"):
        made("plc-2", actor=engineer)
    far = made("plc-2")
    with pytest.raises(NotAllowed):
        units.withdraw_unit(actor=engineer, unit_id=far.pk)
    with pytest.raises(InvalidInput, match=r"every 0\.1 s"):
        units.change_unit(
            actor=engineer,
            unit_id=ModbusUnit.objects.get(device__code="plc-1").pk,
            host="h",
            port=1,
            unit=1,
            period_s=0.1,
            registers=read_map("a coil 0 bool"),
        )


FORM = {"device_code": "plc-1", "host": "127.0.0.1", "port": "502", "unit": "1", "period_s": "60", "map": "methane holding 0 u16"}


def test_on_the_pages(plant: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    wrong = client.post("/sensing/modbus/enter/", {**FORM, "map": "methane holding 0 u24"})
    assert wrong.status_code == 400
    assert "line 1: type “u24”" in wrong.content.decode()
    assert "methane holding 0 u24" in wrong.content.decode(), "what was typed stays"
    page = client.post("/sensing/modbus/enter/", {**FORM, "map": "methane holding 0 u16\nflow input 0 f32"}, follow=True)
    assert "No sensor is registered for flow" in page.content.decode()
    unit = ModbusUnit.objects.get()
    address = f"/sensing/modbus/{unit.pk}/"
    assert "which is inside; the policy" in client.post(f"{address}try/").content.decode()

    async def answered(_unit: KnownUnit, _policy: ModbusPolicy) -> list[Answered | Failed]:
        one, two = _unit.registers
        return [Answered(one, 12.5), Failed((two.channel,), InvalidInput("the unit is busy"))]

    monkeypatch.setattr(trial, "ask_once", answered)
    shown = client.post(f"{address}try/").content.decode()
    assert "12.5" in shown
    assert "the unit is busy" in shown
    client.post(f"{address}change/", {**FORM, "port": "503"})
    unit.refresh_from_db()
    assert (unit.port, unit.registers) == (503, ["methane holding 0 u16 ABCD 1 0"])
    client.post(f"{address}withdraw/")
    assert not ModbusUnit.objects.exists()


def test_by_the_api(plant: None, client: Client) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    new = {
        "device_code": "plc-1",
        "host": "127.0.0.1",
        "registers": [{"channel": "methane", "table": "holding", "address": 0, "type": "u16", "missing": [65535]}],
    }
    added = client.post("/api/v1/sensing/modbus-units", new, content_type="application/json")
    assert added.status_code == 201
    assert (added.json()["port"], added.json()["registers"][0]["missing"]) == (502, [65535.0])
    address = f"/api/v1/sensing/modbus-units/{added.json()['id']}"
    assert client.get("/api/v1/sensing/modbus-units").json()["total"] == 1
    assert "which is inside" in client.post(f"{address}/try").json()["refused"]
    edit = {key: value for key, value in new.items() if key != "device_code"} | {"period_s": 5}
    assert client.put(address, edit, content_type="application/json").json()["period_s"] == 5.0
    assert client.get(address).json()["period_s"] == 5.0
    assert client.delete(address).status_code == 204


def test_who_does_not_manage_sensors_sees_no_addresses(plant: None, client: Client) -> None:
    unit = made()
    client.force_login(make_person("viewer", LICANG))
    assert client.get("/sensing/modbus/").status_code == 403
    assert client.get(f"/api/v1/sensing/modbus-units/{unit.pk}").status_code == 404
    assert client.get("/api/v1/sensing/modbus-units").json()["items"] == []
