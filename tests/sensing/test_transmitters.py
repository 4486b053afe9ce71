"""Entries of transmitters of fire alarms: what may be entered, by whom, how the door hears of it."""

import ipaddress
from typing import Any

import pytest
from django.test import Client

from tests.languages import english as english
from tests.people import make_person
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.rules import NewDevice
from tocsin.sensing.devices.services.changes import disable_device
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.doors.services.loading import load
from tocsin.sensing.transmitters import services
from tocsin.sensing.transmitters.models import Transmitter
from tocsin.sensing.transmitters.queries import known_transmitters
from tocsin.sensing.transmitters.rules import KnownTransmitter, is_within, read_networks, read_source

LICANG, YANTAI = "370213", "370602"

SOURCES = [("00000000000A", "00000000000a"), ("00:00:00:00:01:0b", "00000000010b"), ("1", ""), ("00000000000g", ""), ("", "")]


@pytest.mark.parametrize(("text", "expected"), SOURCES)
def test_source_addresses(text: str, expected: str) -> None:
    if expected:
        assert read_source(text) == expected
    else:
        with pytest.raises(InvalidInput, match="twelve hexadecimal digits"):
            read_source(text)


NETWORKS = [
    ("10.8.0.0/16", ("10.8.0.0/16",), ""),
    ("10.8.0.7， 2001:db8::/48", ("10.8.0.7/32", "2001:db8::/48"), ""),
    ("10.8.0.7 10.8.0.7", ("10.8.0.7/32",), ""),
    ("10.8.0.7/16", (), "is no network"),
    ("0.0.0.0/0", (), "too wide"),
    ("::/0", (), "too wide"),
    ("tower.example", (), "is no network"),
    (" , ", (), "name the network"),
    (" ".join(f"10.0.{number}.0/24" for number in range(17)), (), "more than 16"),
]


@pytest.mark.parametrize(("text", "expected", "refusal"), NETWORKS)
def test_networks(text: str, expected: tuple[str, ...], refusal: str) -> None:
    if expected:
        assert read_networks(text) == expected
    else:
        with pytest.raises(InvalidInput, match=refusal):
            read_networks(text)


WITHIN = [("10.8.1.1", True), ("::ffff:10.8.1.1", True), ("10.9.1.1", False), ("2001:db8::1", False), ("unknown", False)]


@pytest.mark.parametrize(("address", "expected"), WITHIN)
def test_an_address_within_networks(address: str, expected: bool) -> None:
    assert is_within(address, [ipaddress.ip_network("10.8.0.0/16")]) is expected


@pytest.fixture
def towers(db: None) -> Any:
    ensure_regions()
    devices = [NewDevice(code=code, region_code=region) for code, region in (("tower-1", LICANG), ("tower-2", YANTAI))]
    register_many(actor=system_actor(), devices=devices, sensors=[])


def enter(source: str = "00000000000a", code: str = "tower-1", **other: Any) -> Transmitter:
    return services.enter_transmitter(
        actor=other.get("actor", system_actor()), device_code=code, source=source, networks="10.8.0.0/16"
    )


def test_the_door_hears_of_entries_changes_and_ends(towers: None) -> None:
    version = load(None)
    assert version is not None
    made = enter()
    known = load(version)
    assert known is not None
    assert known.transmitters == {"00000000000a": KnownTransmitter("tower-1", (ipaddress.ip_network("10.8.0.0/16"),))}
    assert load(known) is None, "nothing has changed"
    services.change_transmitter(actor=system_actor(), transmitter_id=made.pk, source="00000000000b", networks="10.9.0.1")
    assert list(known_transmitters()) == ["00000000000b"]
    disable_device(actor=system_actor(), device_id=made.device_id)
    assert known_transmitters() == {}
    services.withdraw_transmitter(actor=system_actor(), transmitter_id=made.pk)
    assert not Transmitter.objects.exists()
    acts = AuditEntry.objects.filter(action__startswith="transmitter.").order_by("pk").values_list("action", flat=True)
    assert sorted(acts) == ["transmitter.changed", "transmitter.entered", "transmitter.withdrawn"]


def test_each_address_is_one_transmitter_s_and_each_transmitter_has_one(towers: None) -> None:
    enter()
    with pytest.raises(Conflict, match="entered already"):
        enter("00000000000b")
    with pytest.raises(Conflict, match="entered already"):
        enter(code="tower-2")
    with pytest.raises(InvalidInput, match="no device"):
        enter("00000000000c", code="tower-3")
    other = enter("00000000000c", code="tower-2")
    with pytest.raises(Conflict, match="entered already"):
        services.change_transmitter(actor=system_actor(), transmitter_id=other.pk, source="00000000000a", networks="10.8.0.0/16")


def test_nobody_enters_what_lies_beyond_their_reach(towers: None) -> None:
    engineer = make_person("rule_engineer", LICANG)
    enter(actor=engineer)
    with pytest.raises(InvalidInput, match="no device"):
        enter("00000000000b", code="tower-2", actor=engineer)
    far = enter("00000000000c", code="tower-2")
    with pytest.raises(NotAllowed):
        services.withdraw_transmitter(actor=engineer, transmitter_id=far.pk)


def test_on_the_page_and_by_the_api(towers: None, client: Client) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    form = {"device_code": "tower-1", "source": "00 00 00 00 00 0a", "networks": "10.8.0.0/16"}
    page = client.post("/sensing/transmitters/enter/", form, follow=True).content.decode()
    assert "Transmitter 00000000000a of device tower-1 is let in now." in page
    made = Transmitter.objects.get()
    page = client.post(
        f"/sensing/transmitters/{made.pk}/change/", {"source": "x", "networks": "10.8.0.0/16"}, follow=True
    ).content.decode()
    assert "twelve hexadecimal digits" in page
    (row,) = client.get("/api/v1/sensing/transmitters").json()["items"]
    assert (row["device_code"], row["source"], row["networks"]) == ("tower-1", "00000000000a", ["10.8.0.0/16"])
    address = f"/api/v1/sensing/transmitters/{made.pk}"
    changed = client.put(address, {"source": "00000000000b", "networks": ["10.9.0.0/16"]}, content_type="application/json")
    assert changed.json()["networks"] == ["10.9.0.0/16"]
    assert client.delete(address).status_code == 204
    client.post("/sensing/transmitters/enter/", form)
    client.post(f"/sensing/transmitters/{Transmitter.objects.get().pk}/withdraw/")
    assert not Transmitter.objects.exists()
    new = {"device_code": "tower-2", "source": "00000000000d", "networks": ["10.8.0.0/16"]}
    assert client.post("/api/v1/sensing/transmitters", new, content_type="application/json").status_code in (400, 404, 422)


def test_who_only_sees_enters_nothing(towers: None, client: Client) -> None:
    enter()
    client.force_login(make_person("viewer", LICANG))
    client.cookies["django_language"] = "en"
    page = client.get("/sensing/transmitters/").content.decode()
    assert "00000000000a" in page
    assert "Enter a transmitter" not in page
    form = {"device_code": "tower-1", "source": "00000000000b", "networks": "10.8.0.0/16"}
    client.post("/sensing/transmitters/enter/", form)
    assert Device.objects.filter(transmitter__source="00000000000b").count() == 0
