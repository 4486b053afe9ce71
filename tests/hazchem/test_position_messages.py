"""Positions over MQTT: a device sends for gateways that name it, by the rules of the API; what is refused is kept."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant
from tests.languages import english as english
from tests.pages import words_of
from tests.people import make_person, signed_in
from tests.sensing.doors import DoorInMemory, device, settle, until
from tests.sensing.rereading.asides import register as register_devices
from tests.supervision.firms import NOW
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.positions import policy
from tocsin.hazchem.positions.models import PositionFault, PositionGateway, PresentPosition, TrackPoint
from tocsin.hazchem.positions.queries.tags import own_device
from tocsin.hazchem.positions.rules.tags import GatewaySheet, TagKind, TagSheet
from tocsin.hazchem.positions.services import register
from tocsin.jurisdiction.people.models import User
from tocsin.sensing.devices.models import Device
from tocsin.sensing.doors.rules.handed import HandedMessage
from tocsin.sensing.doors.services.traffic import keep
from tocsin.sensing.quarantine.models import KeptMessage
from tocsin.sensing.rereading.queries import Choice
from tocsin.sensing.rereading.services import reading
from tocsin.sensing.rereading.services.asking import ask_to_reread
from tocsin.supervision.objects.models import SupervisedObject

GOLDEN = Path(__file__).parents[1] / "golden" / "positions"  # what Debian's mosquitto_pub sent of batch.json


def told(*, gateway: str = "g1", **facts: object) -> bytes:
    one = {"tag": "T1", "at": NOW.isoformat(), "lon": 120.4301, "lat": 36.1601, **facts}
    return json.dumps({"gateway": gateway, "positions": [one]}).encode()


def message(content: bytes, code: str = "box-1") -> HandedMessage:
    return HandedMessage(code, "mqtt", "positions", content, NOW)


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> tuple[SupervisedObject, User]:
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    SupervisedObject.objects.filter(pk=firm.pk).update(lon=120.43, lat=36.16)
    firm.refresh_from_db()
    register_devices("box-1", "box-2")
    Device.objects.filter(code="box-1").update(organisation=firm.organisation)
    sheet = GatewaySheet(code="g1", name="Engine", device_code="box-1")
    register.enter_gateway(actor=officer, object_id=firm.pk, sheet=sheet)
    tag = TagSheet(number="T1", kind=TagKind.STAFF, holder="Li")
    register.enter_tag(actor=officer, object_id=firm.pk, sheet=tag, now=NOW - timedelta(hours=3))
    return firm, officer


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_session_of_mosquitto_ends_in_the_track(plant: tuple[SupervisedObject, User], version: str) -> None:
    sent = [bytes.fromhex(line) for line in (GOLDEN / f"mosquitto-{version}.hex").read_text().splitlines()]

    async def run() -> HandedMessage:
        door = DoorInMemory(device("box-1"))
        connection, _transport = door.open()
        connection.data_received(sent[0])
        await settle()
        connection.data_received(sent[1])
        await until(lambda: door.keeper.kept)
        (kept,) = door.keeper.kept
        assert isinstance(kept, HandedMessage)
        return kept

    kept = asyncio.run(run())
    assert (kept.topic, kept.content) == ("positions", (GOLDEN / "batch.json").read_bytes())
    keep([message(kept.content)])
    assert TrackPoint.objects.count() == 2
    present = PresentPosition.objects.get()
    assert (present.at, present.sos, present.battery_percent) == (datetime(2026, 11, 25, tzinfo=UTC), True, 81.0)
    left = KeptMessage.objects.get()
    assert (left.place, left.reason) == ("tocsin/box-1/positions", "content_refused")
    assert "position 3 (T9): the firm has no such tag" in left.detail
    assert list(PositionFault.objects.values_list("fault", "count")) == [("no_tag", 1)]
    keep([message(kept.content)])
    assert TrackPoint.objects.count() == 2, "sent again it is known"


REFUSED = {
    "no JSON": (b"no JSON", "This can't be read"),
    "no positions": (b'{"gateway": "g1", "positions": []}', "length >= 1"),
    "no zone": (told(at="2026-11-25T10:00:00"), "at"),
    "no such time": (told(at="0001-01-01T00:00:00+14:00"), "no gateway's clock shows this time"),
    "another key": (told(extra=1), "extra"),
    "sign that no text has": (told(tag="a\0b"), "tag"),
    "another gateway": (told(gateway="g2"), "there is no gateway “g2” for which you may send"),
    "swapped": (told(lon=36.16, lat=120.43), "position 1 (T1): these coordinates are no place"),
}


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_kept_with_its_reason(plant: tuple[SupervisedObject, User], name: str) -> None:
    content, why = REFUSED[name]
    keep([message(content)])
    assert why in KeptMessage.objects.get().detail
    assert not TrackPoint.objects.exists()


@pytest.mark.django_db
def test_a_device_that_no_gateway_names_sends_nothing_until_it_is_named(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    keep([message(told(), "box-2")])
    assert "there is no gateway “g1”" in KeptMessage.objects.get().detail
    gateway = PositionGateway.objects.get()
    sheet = GatewaySheet(code="g1", name="Engine", device_code="box-2")
    with pytest.raises(InvalidInput, match="The firm has no device “box-2”"):
        register.change_gateway(actor=officer, gateway_id=gateway.pk, sheet=sheet, active=True)
    Device.objects.filter(code="box-2").update(organisation=firm.organisation)
    register.change_gateway(actor=officer, gateway_id=gateway.pk, sheet=sheet, active=True)
    later = NOW + timedelta(hours=3)
    ask_to_reread(actor=make_person("rule_engineer"), choice=Choice(), now=later)
    while (batch := reading.next_batch(now=later)) is not None:
        reading.finish_batch(batch.id)
    assert TrackPoint.objects.get().received_at == NOW, "read again as of its arrival"
    assert not KeptMessage.objects.exists()
    register.change_gateway(actor=officer, gateway_id=gateway.pk, sheet=sheet, active=False)
    keep([message(told(), "box-2")])
    assert "gateway g1 is out of service" in KeptMessage.objects.get().detail


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_body_without_devices_names_none(plant: tuple[SupervisedObject, User]) -> None:
    firm, _officer = plant
    firm.organisation = None
    with pytest.raises(InvalidInput, match="box-2"):
        own_device(firm, "box-2")


@pytest.mark.django_db
@pytest.mark.one_database
def test_limits_hold_and_a_pause_is_asked_for(plant: tuple[SupervisedObject, User], monkeypatch: pytest.MonkeyPatch) -> None:
    now = policy.position_policy()
    few = msgspec.structs.replace(now, door=msgspec.structs.replace(now.door, unjudged=1, at_once=1))
    monkeypatch.setattr("tocsin.hazchem.positions.services.intake.position_policy", lambda: few)
    many = json.dumps({"gateway": "g1", "positions": [{"tag": "T1", "at": NOW.isoformat()}] * 2}).encode()
    assert keep([message(many)]) == frozenset()
    assert "send at most 1 in one request" in KeptMessage.objects.get().detail
    keep([message(told())])
    keep([message(told(at=(NOW + timedelta(seconds=1)).isoformat()))])
    assert keep([message(told(at=(NOW + timedelta(seconds=2)).isoformat()))]) == {"positions"}
    assert TrackPoint.objects.count() == 3, "a pause is asked for, nothing is lost"


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_gateway_names_its_device_by_page_and_api(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    browser = signed_in(officer)
    assert "box-1" in browser.get(f"/plants/positions/of/{firm.pk}/register/").content.decode()
    gateway = PositionGateway.objects.get()
    url = f"/api/v1/hazchem/position-gateways/{gateway.pk}"
    sheet = {"code": "g1", "name": "Engine", "device_code": ""}
    assert browser.put(url, sheet, content_type="application/json").json()["device_code"] == ""
    form = {"sender": "g1", "title": "Engine", "plan": "", "datum": "cgcs2000", "active": "yes", "device": " box-9 "}
    page = browser.post(f"/plants/positions/gateways/{gateway.pk}/change/", form, follow=True)
    assert "The firm has no device “box-9”" in " ".join(words_of(page.content))
