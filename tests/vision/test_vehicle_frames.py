"""Plates in frames: drawn tankers out of a camera's folder, a picture that is handed in, and nobody at the unloading point."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pylopdf_fonts_zh_cn as fonts
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import signed_in
from tests.supervision.firms import NOW
from tests.vision.test_vehicles import PLATE, Gate
from tocsin.base.errors import NotAllowed
from tocsin.command.handling.services.sightings import open_cases_of_sightings
from tocsin.engine.frames.watching import FrameContents as Contents
from tocsin.engine.frames.watching import Looking, WatchedZone, Watching, ZoneMemory, note
from tocsin.records.face import text_models
from tocsin.simulation.frames import POST, Tanker, draw_frame
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules.zones import Zone
from tocsin.vision.cameras.services.register import set_zones
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.queries import watching_of
from tocsin.vision.recognition.rules.sources import SourceFacts, SourceKind
from tocsin.vision.recognition.services import plates, register
from tocsin.vision.recognition.services.giving_way import LAST, PRESSING
from tocsin.vision.recognition.services.judging import FrameJudge
from tocsin.vision.recognition.services.plate_thread import PlateThread
from tocsin.vision.recognition.services.seeing import can_look
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.rules.sightings import Verdict
from tocsin.vision.sightings.services import deciding, judging
from tocsin.vision.vehicles.models import LoadingOrder, PlateReading
from tocsin.vision.vehicles.queries import pressing_cameras
from tocsin.vision.vehicles.services.orders import stop_at_sightings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
needs_text = pytest.mark.skipif(text_models() is None, reason="the models lie in a built installation")
needs_eyes = pytest.mark.skipif(not can_look(), reason="models or ai-edge-litert are missing (the extra `vision`)")
LOOKING = ("vehicle_unexpected", "unloading_unwatched")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Gate:
    stand_at(monkeypatch, NOW)
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    return Gate()


def frame(plate: str | None, seed: int = 1) -> bytes:
    return draw_frame(Tanker(plate) if plate else None, seed, str(fonts.sans_path()))


def source(gate: Gate, *looking: str) -> CameraSource:
    post = Zone("post", POST, ("unloading_unwatched",))
    point = Zone("point", ((0.3, 0.0), (1.0, 0.0), (1.0, 1.0), (0.3, 1.0)), ("vehicle_unexpected",))
    set_zones(actor=gate.keeper, camera_id=gate.camera.pk, zones=[post, point])
    facts = SourceFacts(kind=SourceKind.FOLDER, address="", period_s=5.0, looking=looking or LOOKING, most_people=0)
    register.set_source(actor=gate.keeper, camera_id=gate.camera.pk, facts=facts, now=NOW)
    return CameraSource.objects.select_related("camera", "entered_by").get()


@needs_text
@pytest.mark.parametrize(
    ("drawn", "verdict", "kind"),
    [
        ("鲁B·D7362", "match", ""),
        ("鲁B·07362", "doubtful", "vehicle_unexpected"),
        ("皖K·55555", "none", "tanker_without_order"),  # 危险品 stands on it
    ],
)
def test_a_tanker_in_a_frame_is_held_against_the_orders(gate: Gate, drawn: str, verdict: str, kind: str) -> None:
    order = gate.order()
    reader = plates.PlateReader()
    reader.look(source(gate), frame(drawn), NOW)
    reading = PlateReading.objects.get()
    assert (reading.verdict, reading.kind, reading.dangerous, reading.model) == (verdict, kind, True, "pp-ocrv6")
    order.refresh_from_db()
    assert order.state == ("arrived" if verdict == "match" else "expected")
    reader.look(source(gate), frame(drawn, 2), NOW + timedelta(seconds=5))
    reading.refresh_from_db()
    assert (reading.count, reader.failed) == (1, {}), "text is read every 20 s at most"
    judging.judge_events(now=NOW + timedelta(seconds=5))
    assert Sighting.objects.filter(kind=kind).exists() is bool(kind)
    assert not kind or Sighting.objects.get().best is not None


@needs_text
def test_a_picture_that_is_handed_in_as_a_cameras(gate: Gate) -> None:
    gate.order()
    client, page = signed_in(gate.keeper), "/vision/recognition/text/"
    form = {"file": SimpleUploadedFile("a.jpg", frame("鲁B·D7362")), "expected": "", "camera": str(gate.camera.pk)}
    told = client.post(page, form).content.decode()
    assert "XC-1" in told and PLATE in told
    assert PlateReading.objects.get().verdict == "match"
    assert str(gate.camera.pk) not in signed_in(gate.officer).get(page).content.decode()


def test_without_models_the_page_of_the_camera_says_so(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.vision.recognition.services.reading.text_models", lambda: None)
    reader = plates.PlateReader()
    reader.look(source(gate), frame(None), NOW)
    assert "not in this installation" in reader.failed[gate.camera.pk]


@needs_text
def test_plates_are_read_beside_the_rest_those_of_expected_vehicles_first(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    order = gate.order()
    kept, reader = source(gate), plates.PlateReader(lambda: NOW + timedelta(minutes=3))
    elsewhere = CameraSource(camera=Camera(id=uuid4()), looking=[plates.KIND])
    turns: list[tuple[UUID, int]] = []
    look = reader.look

    def noted(one: CameraSource, data: bytes, at: datetime, niceness: int) -> None:
        turns.append((one.camera_id, niceness))
        look(one, data, at)

    monkeypatch.setattr(reader, "look", noted)
    thread = PlateThread(reader, lambda: {kept.camera_id})
    thread.offer(elsewhere, b"no picture", NOW)
    thread.offer(kept, b"an older frame", NOW)
    thread.offer(kept, frame(PLATE), NOW)
    assert thread.read_next() and turns == [(kept.camera_id, PRESSING)]
    order.refresh_from_db()
    late = NOW + timedelta(minutes=3)
    assert (order.state, order.arrived_at, order.state_at) == ("arrived", NOW, late), "it came when the frame was taken"
    assert thread.read_next() and turns[1:] == [(elsewhere.camera_id, LAST)] and elsewhere.camera_id in reader.failed
    assert not thread.read_next()
    thread.offer(kept, frame(PLATE), NOW)
    assert not thread.read_next(), "not yet due again"


def test_who_may_send_nothing_any_more_is_told_with_the_next_frame(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise NotAllowed("no")

    monkeypatch.setattr(plates, "read_text", refuse)
    kept, reader = source(gate), plates.PlateReader()
    thread = PlateThread(reader, tuple)
    thread.offer(kept, b"", NOW)
    assert thread.read_next()
    with pytest.raises(NotAllowed):
        thread.offer(kept, b"", NOW)
    monkeypatch.setattr(reader, "is_due", lambda one: True)
    monkeypatch.setattr(reader, "look", lambda *given: 1 / 0)
    thread.offer(kept, b"", NOW)
    thread.start()
    thread._thread.join(5)
    with pytest.raises(ZeroDivisionError):  # the process ends over it and starts anew
        thread.offer(kept, b"", NOW)


@pytest.mark.parametrize(
    ("minutes", "state", "presses"),
    [
        (0, "expected", True),
        (-29, "expected", True),  # `early_s`
        (-31, "expected", False),
        (89, "expected", True),  # the window is an hour, and `late_s`
        (91, "expected", False),
        (600, "arrived", True),
        (0, "missed", False),
        (0, "done", False),
        (600, "stopped", True),
    ],
)
def test_cameras_at_which_a_vehicle_is_expected_press(gate: Gate, minutes: int, state: str, presses: bool) -> None:
    window = {"from_at": NOW, "until_at": NOW + timedelta(hours=1)}
    order = gate.order()
    LoadingOrder.objects.filter(pk=order.pk).update(state=state, **window)
    at = NOW + timedelta(minutes=minutes)
    assert pressing_cameras([gate.camera], at) == ({gate.camera.pk} if presses else set())
    LoadingOrder.objects.filter(pk=order.pk).update(camera=gate.camera)
    assert pressing_cameras([gate.camera], at) == ({gate.camera.pk} if presses else set())


def test_that_nobody_watches_is_looked_for_while_a_vehicle_is_there(gate: Gate) -> None:
    gate.order()
    kept = source(gate)
    assert watching_of(kept).zones == {}
    gate.read()
    (looking,) = watching_of(kept).zones
    assert looking is Looking.UNLOADING_UNWATCHED


def test_what_was_not_looked_for_begins_as_if_somebody_was_there() -> None:
    post = (WatchedZone("post", POST),)
    on, off = Watching({Looking.UNLOADING_UNWATCHED: post}, 0, 30), Watching({}, 0, 30)
    memory, told = ZoneMemory({}), []

    def at(seconds: float) -> datetime:
        return NOW + timedelta(seconds=seconds)

    for watching, seconds in ((on, 0), (on, 31), (off, 60), (on, 600), (on, 620), (on, 631)):
        noted, memory = note(Contents(), watching, memory, at(seconds))
        told.append(len(noted))
    assert told == [0, 1, 0, 0, 0, 1]


@needs_text
@needs_eyes
def test_nobody_at_the_post_is_confirmed_stops_the_unloading_and_opens_a_case(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = gate.order(camera=True)
    kept, judge, memory = source(gate), FrameJudge(), ZoneMemory({})
    for step in range(6):
        now = NOW + timedelta(seconds=20 * step)
        memory = judge.judge(kept, frame("鲁B·D7362", step), memory, now, health=False)
    order.refresh_from_db()
    assert order.state == "arrived"
    judging.judge_events(now=now + timedelta(seconds=5))
    sighting = Sighting.objects.get()
    assert (sighting.kind, sighting.urgent, sighting.asks) == ("unloading_unwatched", True, "case")
    later = now + timedelta(seconds=30)
    deciding.decide(actor=gate.keeper, sighting_id=sighting.pk, verdict=Verdict.CONFIRMED, now=later)
    assert judging.settle_sightings(now=later) == 1
    assert stop_at_sightings(now=later) == 1
    stand_at(monkeypatch, later)
    assert open_cases_of_sightings(now=later) == 1
    order.refresh_from_db()
    sighting.refresh_from_db()
    assert (order.state, order.stopping_id, sighting.outcome) == ("stopped", sighting.pk, "case")
