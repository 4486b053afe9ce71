"""Events over MQTT: a device tells of the cameras that name it, answered when the database has them; what is refused is kept."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, ZHIFU, make_person, signed_in
from tests.records.imports.files import given, taken
from tests.sensing.doors import DoorInMemory, settle, until
from tests.sensing.packets import connect, publish
from tests.sensing.rereading.asides import register
from tests.vision.test_cameras import CODE, registered
from tocsin.base.errors import InvalidInput
from tocsin.sensing.devices.models import Device
from tocsin.sensing.doors.rules.handed import HandedMessage
from tocsin.sensing.doors.rules.mqtt_packets import V311
from tocsin.sensing.doors.services.traffic import keep
from tocsin.sensing.quarantine.models import KeptMessage, QuarantinedMessage
from tocsin.sensing.rereading.queries import Choice
from tocsin.sensing.rereading.services import reading
from tocsin.sensing.rereading.services.asking import ask_to_reread, try_reading
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.services.recognisers import set_recogniser
from tocsin.vision.sightings import policy
from tocsin.vision.sightings.models import EventFault, Recognition

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
TOPIC = "tocsin/well-1/events"


def told(*numbers: int, **facts: object) -> bytes:
    events = [
        {
            "camera": CODE,
            "event_id": f"e{one}",
            "kind": "fire",
            "at": (NOW + timedelta(seconds=one)).isoformat(),
            "score": 0.8,
            "box": [0.4, 0.4, 0.1, 0.1],
            "model": "m",
            **facts,
        }
        for one in numbers
    ]
    return json.dumps({"events": events}).encode()


def message(content: bytes, code: str = "box-1", after_s: float = 0.0) -> HandedMessage:
    return HandedMessage(code, "mqtt", "events", content, NOW + timedelta(seconds=after_s))


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Camera:
    stand_at(monkeypatch, NOW)
    register("box-1", "box-2")
    return registered(make_person("supervisor"))


@pytest.fixture
def named(camera: Camera) -> Camera:
    Camera.objects.update(recogniser=Device.objects.get(code="box-1"))
    return camera


@pytest.mark.django_db
def test_a_device_tells_of_cameras_that_name_it_and_of_no_other(named: Camera) -> None:
    keep([message(told(1)), message(told(2), "box-2"), message(told(1, 3), after_s=0.5), message(told(4), after_s=9)])
    assert sorted(Recognition.objects.values_list("event_id", flat=True)) == ["e1", "e3", "e4"]
    assert set(Recognition.objects.values_list("received_at", flat=True)) == {NOW, NOW + timedelta(seconds=9)}
    (left,) = KeptMessage.objects.all()
    assert (left.device_code, left.reason, left.form, left.place) == (
        "box-2",
        "content_refused",
        "handed",
        "tocsin/box-2/events",
    )
    assert "event 1 (e2): there is no such camera" in left.detail
    aside = QuarantinedMessage.objects.get()
    assert (aside.device_code, aside.count, Device.objects.get(code="box-2").rejected) == ("box-2", 1, 1)
    assert not EventFault.objects.exists(), "a device that no camera names fills no camera's table"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no JSON", "This can't be read"),
        (b'{"events": []}', "length >= 1"),
        (told(1, box=[0, 0, 1]), "box"),
        (told(1, at="2026-11-28T16:00:00"), "at"),
        (told(1, other=1), "other"),
        (told(1, score=7), "event 1 (e1): the score does not lie between 0 and 1"),
        (told(1, crop="%"), "the crop is no whole JPEG"),
        (told(1, event_id="a\0b"), "has signs that no text may have"),
        (told(1, after_s=0, version="\ud800"), "This can't be read"),
    ],
)
def test_what_is_wrong_is_kept_with_its_reason(named: Camera, content: bytes, why: str, english: None) -> None:
    keep([message(content)])
    assert why in KeptMessage.objects.get().detail
    assert not Recognition.objects.exists()


@pytest.mark.django_db
def test_what_was_mended_is_read_again_as_of_its_arrival(camera: Camera) -> None:
    keep([message(told(1, 2)), message(b"no JSON")])
    keeper = make_person("rule_engineer")
    assert try_reading(actor=keeper, choice=Choice(), now=NOW).whole == 0
    Camera.objects.update(recogniser=Device.objects.get(code="box-1"))
    days = NOW + timedelta(days=3)
    dry = try_reading(actor=keeper, choice=Choice(), now=days)
    assert (dry.tried, dry.whole, Recognition.objects.count()) == (2, 1, 0)
    ask_to_reread(actor=keeper, choice=Choice(), now=days)
    while (batch := reading.next_batch(now=days)) is not None:
        reading.finish_batch(batch.id)
    assert set(Recognition.objects.values_list("event_id", "received_at")) == {("e1", NOW), ("e2", NOW)}
    assert bytes(KeptMessage.objects.get().content) == b"no JSON"


@pytest.mark.django_db
def test_while_too_many_wait_a_pause_is_asked_for_and_nothing_is_lost(named: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    now = policy.sighting_policy()
    few = msgspec.structs.replace(now, door=msgspec.structs.replace(now.door, unjudged=2))
    monkeypatch.setattr("tocsin.vision.sightings.services.intake.sighting_policy", lambda: few)
    assert keep([message(told(1, 2))]) == frozenset()
    assert keep([message(told(3))]) == {"events"}
    assert Recognition.objects.count() == 3


@pytest.mark.one_database
def test_the_door_answers_when_the_database_has_it() -> None:
    async def run() -> None:
        door = DoorInMemory()
        connection, transport = door.open()
        connection.data_received(connect(V311))
        await settle()
        before = len(transport.written)
        door.keeper.is_down = True
        connection.data_received(publish(V311, told(1), packet_id=7, topic=TOPIC))
        await settle()
        assert len(transport.written) == before, "the database does not answer, so nobody is told that it was kept"
        door.keeper.is_down, door.keeper.busy = False, ("events",)
        await until(lambda: len(transport.written) > before)
        assert bytes(transport.written[before:]) == bytes.fromhex("40020007")
        (kept,) = door.keeper.kept
        assert isinstance(kept, HandedMessage)
        assert (kept.code, kept.topic, kept.content) == ("well-1", "events", told(1))
        connection.data_received(publish(V311, told(2), packet_id=8, topic=TOPIC))
        await settle()
        assert transport.is_closing(), "unanswered: it will be sent again"
        assert len(door.keeper.kept) == 1
        other, _transport = door.open()
        other.data_received(connect(V311, client_id="d"))
        await settle()
        other.data_received(publish(V311, told(2), packet_id=8, topic="tocsin/well-2/events"))
        await settle()
        assert door.reasons() == {"foreign_topic": 1}

    asyncio.run(run())


@pytest.mark.django_db
def test_only_a_device_that_one_sees_is_named_by_page_table_and_api(camera: Camera, english: None) -> None:
    by = camera.registered_by
    register("far", region=ZHIFU)
    with pytest.raises(InvalidInput, match="There is no device “far”"):
        set_recogniser(actor=by, camera_id=camera.pk, device_code="far")
    browser = signed_in(by)
    page = browser.post(f"/vision/cameras/{camera.pk}/recogniser/", {"device_code": " box-1 "}, follow=True)
    assert "box-1" in " ".join(words_of(page.content))
    told_of = browser.put(
        f"/api/v1/vision/cameras/{camera.pk}/recogniser", {"device_code": "box-2"}, content_type="application/json"
    )
    assert told_of.json()["device_code"] == "box-2"
    text = f"国标编码,名称,识别设备\n{CODE},东门,box-1\n"
    assert [taken(given(by, "cameras", text, region=LICANG, now=NOW), NOW).counts for _ in range(2)] == [
        {"changed": 1},
        {"same": 1},
    ]
    set_recogniser(actor=by, camera_id=camera.pk, device_code="")
    camera.refresh_from_db()
    assert (camera.recogniser_id, camera.region_code) == (None, LICANG)
