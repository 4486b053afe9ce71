"""From a source to a sighting: frames by HTTP and from a folder, what is seen in them, what is told when none comes."""

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from django.conf import settings
from django.http import HttpResponse
from PIL import Image

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tests.vision import scenes
from tests.vision.test_cameras import registered
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.frames.watching import Looking
from tocsin.jurisdiction.rights.models import Grant
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules.zones import Zone
from tocsin.vision.cameras.services.register import set_zones
from tocsin.vision.health.models import CameraWatch
from tocsin.vision.recognition import policy
from tocsin.vision.recognition.loops import keeping
from tocsin.vision.recognition.loops.keeping import Processes, groups_now
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.queries import folder_of, groups_of
from tocsin.vision.recognition.rules.models import CARDS
from tocsin.vision.recognition.rules.sources import FetchFault, SourceFacts, SourceKind
from tocsin.vision.recognition.services import judging, register, working
from tocsin.vision.recognition.services.fetching import NoFrame, fetch_file, fetch_snapshot
from tocsin.vision.recognition.services.seeing import Seeing, can_look, can_run
from tocsin.vision.recognition.services.working import FrameWorker
from tocsin.vision.sightings.models import Crop, Recognition, Sighting
from tocsin.vision.sightings.services.judging import judge_events

pytestmark = pytest.mark.django_db
needs_models = pytest.mark.skipif(not can_look(), reason="models or ai-edge-litert are missing (the extra `vision`)")
NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
PERSON = Path(__file__).with_name("pictures") / "person.jpg"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_at(monkeypatch, NOW)
    monkeypatch.setattr(settings, "CONFIGURATION", with_data(settings.CONFIGURATION, tmp_path))


def with_data(configuration: object, data: Path) -> object:
    return replace(configuration, data=data)  # type: ignore[type-var]


@pytest.fixture
def camera() -> Camera:
    usual_bodies(LICANG)
    return registered(make_person("supervisor"))


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> policy.RecognitionPolicy:
    """The policy with this machine allowed."""
    allowed = msgspec.structs.replace(policy.recognition_policy(), networks=("127.0.0.1/32",))
    monkeypatch.setattr(working, "recognition_policy", lambda: allowed)
    return allowed


@pytest.fixture(scope="module")
def platform() -> Iterator[str]:
    """A video platform: /person and /yard are pictures, /large, /page and /gone are none."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = {
                "/person": PERSON.read_bytes(),
                "/yard": scenes.taken(scenes.scene(1), 1),
                "/large": bytes(3_000_000),
                "/page": b"<html>log in</html>",
            }.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def source(
    camera: Camera, kind: SourceKind = SourceKind.FOLDER, address: str = "", looking: tuple[str, ...] = (), **more: object
) -> CameraSource:
    told = {"period_s": 5.0, "most_people": 0, **more}
    facts = SourceFacts(kind=kind, address=address, looking=looking, **told)  # type: ignore[arg-type]
    return register.set_source(actor=camera.registered_by, camera_id=camera.pk, facts=facts, now=NOW)


def put(camera: Camera, data: bytes, name: str = "a.jpg", *, age_s: float = 10) -> Path:
    path = folder_of(camera) / name
    path.write_bytes(data)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def at_once(work: Callable[[object], None], one: object) -> None:
    work(one)


class Clock:
    """Seconds that go on with each round."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


def rounds(worker: FrameWorker, clock: Clock, count: int, step_s: float = 5.0) -> None:
    for _ in range(count):
        worker.do_round(clock.seconds, at_once)
        clock.seconds += step_s
    worker.write()


def person_in_a_yard(left: int = 60, *, turned: int = 0) -> bytes:
    yard = scenes.scene(2).convert("RGB")
    with Image.open(PERSON) as opened:
        yard.paste(opened.rotate(turned, expand=True).resize((480, 480)), (left, 200))
    kept = io.BytesIO()
    yard.save(kept, "JPEG", quality=85)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"kind": SourceKind.SNAPSHOT, "address": "ftp://a/b"}, "begins with http"),
        ({"kind": SourceKind.SNAPSHOT, "address": "http://"}, "names a host"),
        ({"kind": SourceKind.SNAPSHOT, "address": "http://a:99999/"}, "names a host"),
        ({"kind": SourceKind.SNAPSHOT, "address": "http://admin:12345@a/"}, "holds a login"),
        ({"address": "/etc"}, "a folder has no address"),
        ({"period_s": 0.5}, "every 1 to 3600 seconds"),
        ({"looking": ("no_helmet",)}, "nothing that can be looked for"),
        ({"most_people": 1001}, "0 to 1000 people"),
    ],
)
def test_a_wrong_source_is_refused_with_how_to_mend_it(camera: Camera, facts: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        source(camera, **facts)  # type: ignore[arg-type]
    assert why in refused.value.in_english
    assert not CameraSource.objects.exists()


def test_who_sets_a_source_may_send_events_there(camera: Camera) -> None:
    viewer = make_person("viewer")
    facts = SourceFacts(kind=SourceKind.FOLDER, address="", period_s=5, looking=(), most_people=0)
    with pytest.raises(NotAllowed):
        register.set_source(actor=viewer, camera_id=camera.pk, facts=facts, now=NOW)
    source(camera)
    register.remove_source(actor=camera.registered_by, camera_id=camera.pk)
    with pytest.raises(Conflict):
        register.remove_source(actor=camera.registered_by, camera_id=camera.pk)


@pytest.mark.parametrize(
    ("path", "fault"),
    [("/yard", None), ("/large", "too_large"), ("/gone", "status")],
)
def test_a_frame_by_http(platform: str, inside: policy.RecognitionPolicy, path: str, fault: str | None) -> None:
    if fault is None:
        assert fetch_snapshot(platform + path, inside, 2_000_000).data == scenes.taken(scenes.scene(1), 1)
        return
    with pytest.raises(NoFrame) as refused:
        fetch_snapshot(platform + path, inside, 2_000_000)
    assert refused.value.fault == fault


def test_an_address_inside_is_not_asked_unless_policy_names_its_network(platform: str) -> None:
    with pytest.raises(NoFrame) as refused:
        fetch_snapshot(f"{platform}/yard", policy.recognition_policy(), 2_000_000)
    assert refused.value.fault is FetchFault.INSIDE


def test_of_a_folder_the_newest_whole_picture_is_taken_and_older_ones_are_passed_over(camera: Camera, tmp_path: Path) -> None:
    source(camera)
    put(camera, b"old", "old.jpg", age_s=30)
    put(camera, b"new", "new.png", age_s=10)
    put(camera, b"half", "half.jpg", age_s=0)
    put(camera, b"notes", "notes.txt")
    (folder_of(camera) / "link.jpg").symlink_to("/etc/hostname")
    now_s = time.time()
    fetched = fetch_file(folder_of(camera), 1000, quiet_s=2, now_s=now_s)
    assert (fetched.data, fetched.dropped) == (b"new", 1)
    with pytest.raises(NoFrame):
        fetch_file(folder_of(camera), 1000, quiet_s=2, now_s=now_s)
    assert sorted(one.name for one in folder_of(camera).iterdir()) == ["half.jpg", "link.jpg", "notes.txt"]


def test_the_health_of_a_camera_with_a_source_is_judged_without_any_model(
    camera: Camera, platform: str, inside: policy.RecognitionPolicy
) -> None:
    made, clock = source(camera, SourceKind.SNAPSHOT, f"{platform}/yard"), Clock()
    rounds(FrameWorker([camera.pk], clock), clock, 4)
    made.refresh_from_db()
    camera.refresh_from_db()
    assert (made.frames, made.fault, camera.state) == (4, "", "good")
    assert CameraWatch.objects.get().by_itself
    assert not Recognition.objects.exists()


def test_what_does_not_come_is_told_and_asked_for_ever_more_rarely(
    camera: Camera, platform: str, inside: policy.RecognitionPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("tocsin.vision.recognition.services.working.time.monotonic", lambda: clock.seconds)
    made = source(camera, SourceKind.SNAPSHOT, f"{platform}/gone")
    worker = FrameWorker([camera.pk], clock)
    rounds(worker, clock, 10)
    made.refresh_from_db()
    assert (made.fault, made.fault_detail, made.frames) == ("status", "HTTP 404", 0)
    assert worker.watched[camera.pk].pause_s == 40.0
    page = " ".join(words_of(signed_in(camera.registered_by).get(f"/vision/recognition/{camera.pk}/").content.decode()))
    assert "an answer without a picture HTTP 404" in page
    source(camera, SourceKind.SNAPSHOT, f"{platform}/page")
    rounds(worker, clock, 8)
    made.refresh_from_db()
    assert made.fault == "no_picture"


def test_a_newer_frame_takes_the_place_of_one_that_waits(camera: Camera) -> None:
    source(camera)
    clock = Clock()
    worker = FrameWorker([camera.pk], clock)
    worker.do_round(0.0, at_once)
    one = worker.watched[camera.pk]
    for _ in range(3):
        put(camera, scenes.taken(scenes.scene(1), 1))
        worker.fetch(one)
    assert one.dropped == 2
    assert worker.do_round(1.0, at_once)
    assert not worker.do_round(1.5, at_once)
    worker.write()
    assert CameraSource.objects.values_list("frames", "dropped").get() == (1, 2)


@needs_models
def test_a_person_in_a_zone_becomes_a_sighting_of_the_same_door_as_any_recogniser(camera: Camera) -> None:
    zone = Zone("tanks", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)), ("zone_crossed",))
    set_zones(actor=camera.registered_by, camera_id=camera.pk, zones=[zone])
    source(camera, looking=("zone_crossed", "vehicle"))
    clock = Clock()
    worker = FrameWorker([camera.pk], clock)
    for place in (60, 62, 64, 66, 760):  # the last one stands beside the zone
        put(camera, person_in_a_yard(place))
        rounds(worker, clock, 1, 3.0)
        worker.watched[camera.pk].next_s = 0
    rows = list(Recognition.objects.order_by("at"))
    assert [one.kind for one in rows] == ["zone_crossed"] * 4
    assert all(one.in_zone and 0.6 <= one.score <= 1 and one.model == "ssd-mobilenet-v2-oidv4" for one in rows)
    left, upper, wide, high = rows[0].box
    assert 0.0 <= left < 0.15 and 0.3 < left + wide < 0.5 and upper > 0.15 and high > 0.5
    assert Crop.objects.count() == 4
    judge_events(now=clock())
    assert Sighting.objects.get().kind == "zone_crossed"


@needs_models
def test_an_empty_post_is_told_after_half_a_minute_and_a_person_at_it_is_not(camera: Camera) -> None:
    source(camera, looking=("control_room_left",))
    clock = Clock()
    worker = FrameWorker([camera.pk], clock)
    for data in (person_in_a_yard(), *[scenes.taken(scenes.scene(2), number) for number in range(4)]):
        put(camera, data)
        rounds(worker, clock, 1, 15.0)
        worker.watched[camera.pk].next_s = 0
    assert [(one.at - NOW).total_seconds() for one in Recognition.objects.order_by("at")] == [30.0, 45.0, 60.0]


@needs_models
@pytest.mark.parametrize(("turned", "lying"), [(0, 0), (90, 1)])
def test_a_body_that_lies_is_told_from_one_that_stands(turned: int, lying: int) -> None:
    with Image.open(PERSON) as opened:
        picture = opened.convert("RGB").rotate(turned, expand=True)
    seen = Seeing().look(picture, [Looking.PERSON_DOWN], policy.recognition_policy().seeing)
    assert (len(seen.people) >= 1, len(seen.lying)) == (True, lying)


@needs_models
def test_where_nobody_is_nobody_is_seen() -> None:
    for seed in range(3):
        picture = judging.read_colours(scenes.taken(scenes.scene(seed), seed))
        seen = Seeing().look(picture, list(Looking), policy.recognition_policy().seeing)
        assert (seen.people, seen.lying) == ((), ())


@needs_models
def test_who_may_send_no_events_any_more_is_told_on_the_page(camera: Camera) -> None:
    made = source(camera, looking=("zone_crossed",))
    Grant.objects.filter(user=camera.registered_by).delete()
    put(camera, person_in_a_yard())
    clock = Clock()
    rounds(FrameWorker([camera.pk], clock), clock, 2)
    made.refresh_from_db()
    assert (made.fault, Recognition.objects.count()) == ("refused", 0)


def test_processes_are_as_many_as_cameras_need_and_no_more_than_policy_allows(camera: Camera) -> None:
    made = [source(registered(camera.registered_by, f"{camera.code[:-2]}{number}")) for number in range(20, 25)]
    groups, left = groups_of(made, 2, 2)
    assert ([len(one) for one in groups], left) == ([2, 2], [made[4].camera_id])
    assert groups_of([], 2, 2) == ([], [])
    assert [len(one) for one in groups_now()] == [5]


@pytest.mark.one_database
def test_a_process_ends_with_whoever_started_it() -> None:
    processes = Processes()
    processes.keep([])
    assert processes.count == 0
    program, camera_id, popen = "import sys; sys.stdin.read()", UUID(int=7), subprocess.Popen
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping.subprocess, "Popen", lambda command, **more: popen([sys.executable, "-c", program], **more))
        processes.keep([[camera_id]])
        first = next(iter(processes._running.values()))
        processes.keep([[camera_id]])
        assert next(iter(processes._running.values())) is first
        first.kill()
        first.wait()
        processes.keep([[camera_id]])
        second = next(iter(processes._running.values()))
        assert second is not first and second.poll() is None
        processes.close()
        assert second.poll() == 0
        processes.keep([[camera_id]])  # the loop's last step may still be at work in another thread
        assert processes.count == 0


@pytest.mark.one_database
def test_a_process_that_still_loads_its_modules_ends_with_its_starter() -> None:
    import_child = "import os, time; from tocsin.vision.recognition.loops import child"
    slow_start = f"{import_child}; os.nice = lambda niceness: time.sleep(60); child.main([])"
    process = subprocess.Popen([sys.executable, "-c", slow_start], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    try:
        assert process.wait(30) == 0
    finally:
        process.kill()


def shown(answer: HttpResponse) -> str:
    return " ".join(words_of(answer.content.decode()))


def test_pages_and_api_set_a_source_and_name_what_models_can_not_do(camera: Camera) -> None:
    client = signed_in(camera.registered_by)
    page = f"/vision/recognition/{camera.pk}/"
    assert "Frames of this camera come from nowhere." in shown(client.get(page))
    form = {"kind": "folder", "address": "", "period_s": "5", "looking": ["zone_crossed", "person_down"], "most_people": "3"}
    assert "Frames come from there from here on." in shown(client.post(f"{page}set/", form, follow=True))
    api = f"/api/v1/vision/cameras/{camera.pk}/source"
    assert client.get(api).json()["source"]["looking"] == ["person_down", "zone_crossed"]
    given = {"kind": "snapshot", "address": "https://video.example.cn/1.jpg", "looking": ["vehicle"]}
    assert client.put(api, given, content_type="application/json").json()["source"]["looking"] == ["vehicle"]
    assert client.delete(api).json() == {"source": None}
    models = shown(client.get("/vision/recognition/"))
    assert "What it can't do" in models and "no helmet no smoke no fire" in models
    told = client.get("/api/v1/vision/recognition/models").json()
    assert [(one["code"], one["runs"]) for one in told] == [(one.code, can_run(one)) for one in CARDS]
