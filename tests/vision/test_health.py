"""A camera goes bad and comes back: its state, who is told, what waits, what its sightings say, and who may look."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, ZHIFU, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tests.vision import scenes
from tests.vision.test_cameras import registered
from tests.vision.test_sightings import raised
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.notices.face import Notice
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.services.register import set_active
from tocsin.vision.health.models import CameraReference, CameraTrouble, CameraWatch
from tocsin.vision.health.queries import bad_cameras
from tocsin.vision.health.services.frames import find_silent, take_frame
from tocsin.vision.health.services.references import forget_references, take_reference

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
IMAGE = scenes.scene(1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def camera() -> Camera:
    usual_bodies(LICANG)
    return registered(make_person("supervisor"))


def frame(camera: Camera, after_s: float, image: Image.Image = IMAGE, *, noise: float = 3.0, clock_s: float = 0.0) -> CameraWatch:
    """A frame that a program sends."""
    now = NOW + timedelta(seconds=after_s)
    data = scenes.taken(image, int(after_s), noise=noise)
    return take_frame(
        actor=camera.registered_by, camera_id=camera.pk, data=data, at=now + timedelta(seconds=clock_s), now=now, by_itself=True
    )


def shown(answer: HttpResponse) -> str:
    return " ".join(words_of(answer.content.decode()))


def state(camera: Camera) -> str:
    camera.refresh_from_db()
    return camera.state


def told() -> list[str]:
    return [
        f"{one.purpose} {one.figures['state']}" for one in Notice.objects.filter(purpose__startswith="camera_").order_by("id")
    ]


def test_a_covered_camera_is_told_and_what_comes_back_is_told_too(camera: Camera) -> None:
    frame(camera, 0)
    take_reference(actor=camera.registered_by, camera_id=camera.pk, now=NOW)
    assert (state(camera), told()) == ("good", [])
    cloth = scenes.hidden(IMAGE, (0, 0, 0.77, 1))
    frame(camera, 10, cloth)
    assert (state(camera), told()) == ("good", [])  # it may be a lorry
    frame(camera, 80, cloth)
    assert (state(camera), camera.state_since, told()) == ("covered", NOW + timedelta(seconds=10), ["camera_bad covered"])
    assert list(bad_cameras(camera.registered_by)) == [camera]
    frame(camera, 100)
    assert state(camera) == "covered"
    frame(camera, 230)
    assert (state(camera), told()) == ("good", ["camera_bad covered", "camera_good covered"])
    assert not bad_cameras(camera.registered_by).exists()
    assert list(CameraTrouble.objects.values_list("state", "ended_at")) == [("covered", NOW + timedelta(seconds=230))]


def test_a_camera_put_elsewhere_on_purpose_gets_a_new_reference(camera: Camera) -> None:
    frame(camera, 0)
    take_reference(actor=camera.registered_by, camera_id=camera.pk, now=NOW)
    turned = scenes.shifted(IMAGE, 200)
    frame(camera, 10, turned)
    frame(camera, 80, turned)
    assert state(camera) == "moved"
    take_reference(actor=camera.registered_by, camera_id=camera.pk, now=NOW + timedelta(seconds=90))
    frame(camera, 100, turned)
    frame(camera, 230, turned)
    assert state(camera) == "good"
    assert CameraReference.objects.count() == 2
    forget_references(actor=camera.registered_by, camera_id=camera.pk)
    with pytest.raises(Conflict):
        forget_references(actor=camera.registered_by, camera_id=camera.pk)


def test_beyond_what_policy_keeps_the_oldest_reference_goes(camera: Camera) -> None:
    frame(camera, 0)
    for second in range(6):
        take_reference(actor=camera.registered_by, camera_id=camera.pk, now=NOW + timedelta(seconds=second))
    assert [one.set_at.second for one in CameraReference.objects.all()] == [2, 3, 4, 5]


def test_a_frozen_picture_is_told_with_the_time_since_which_it_stands(camera: Camera) -> None:
    for second in (0, 300, 590):
        frame(camera, second, scenes.with_clock(IMAGE, str(second)), noise=0)
    assert state(camera) == "good"
    frame(camera, 610, scenes.with_clock(IMAGE, "610"), noise=0)
    assert (state(camera), camera.state_since) == ("frozen", NOW)
    frame(camera, 620)
    frame(camera, 750)
    assert state(camera) == "good"


def test_a_wrong_clock_and_a_silent_camera(camera: Camera) -> None:
    frame(camera, 0, clock_s=-31)
    assert (state(camera), told()) == ("clock", ["camera_bad clock"])
    frame(camera, 10, clock_s=1)
    frame(camera, 140, clock_s=1)
    assert state(camera) == "good"
    assert find_silent(now=NOW + timedelta(seconds=140 + 900)) == 0
    late = NOW + timedelta(seconds=140 + 901)
    assert (find_silent(now=late), find_silent(now=late), state(camera)) == (1, 0, "silent")
    frame(camera, 1100)
    assert (state(camera), told()[-1]) == ("good", "camera_good silent")
    assert not CameraTrouble.objects.filter(ended_at=None).exists()


def test_a_frame_by_hand_makes_no_camera_silent(camera: Camera) -> None:
    data = scenes.taken(IMAGE, 1)
    take_frame(actor=camera.registered_by, camera_id=camera.pk, data=data, at=None, now=NOW, by_itself=False)
    assert find_silent(now=NOW + timedelta(days=2)) == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no JPEG and no PNG"),
        (b"GIF89a" + bytes(50), "no JPEG and no PNG"),
        (scenes.taken(IMAGE, 1)[:5000], "broken"),
        (b"\xff\xd8\xff" + bytes(2_000_000), "at most 2000000 bytes"),
    ],
)
def test_what_is_no_frame_is_refused(camera: Camera, data: bytes, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        take_frame(actor=camera.registered_by, camera_id=camera.pk, data=data, at=None, now=NOW, by_itself=False)
    assert why in refused.value.in_english
    assert not CameraWatch.objects.exists()


def test_time_is_not_turned_back_and_what_is_out_of_service_is_not_judged(camera: Camera) -> None:
    frame(camera, 10)
    with pytest.raises(InvalidInput):
        frame(camera, 5)
    set_active(actor=camera.registered_by, camera_id=camera.pk, active=False)
    with pytest.raises(Conflict):
        frame(camera, 20)
    with pytest.raises(Conflict):
        take_reference(actor=camera.registered_by, camera_id=registered(camera.registered_by, f"{camera.code[:-1]}8").pk, now=NOW)


def test_pages_and_api_tell_the_state_and_show_pictures_to_who_may_see_them(camera: Camera) -> None:
    client = signed_in(camera.registered_by)
    page = f"/vision/health/{camera.pk}/"
    assert "There is no frame of this camera yet" in shown(client.get(page))
    assert client.get(f"{page}picture/").status_code == 404
    sent = client.post(f"{page}frame/", {"file": SimpleUploadedFile("a.jpg", scenes.taken(IMAGE, 1))}, follow=True)
    assert "The frame was judged." in shown(sent)
    assert "take as reference" in shown(client.post(f"{page}act/take-reference/", follow=True))
    viewer = signed_in(make_person("viewer"))
    for name in ("picture", "reference"):
        answer = client.get(f"{page}{name}/")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert viewer.get(f"{page}{name}/").status_code == 403
    assert signed_in(make_person("supervisor", ZHIFU)).get(page).status_code == 404
    program = client
    picture = b64encode(scenes.taken(scenes.shaded(IMAGE, 0.04), 2)).decode()
    for second in (10, 80):
        stand = NOW + timedelta(seconds=second)
        with pytest.MonkeyPatch.context() as patch:
            stand_at(patch, stand)
            answer = program.post(
                f"/api/v1/vision/cameras/{camera.pk}/frames", {"picture": picture}, content_type="application/json"
            )
    assert answer.json()["state"] == "dark", answer.content
    assert program.get(f"/api/v1/vision/cameras/{camera.pk}/health").json()["troubles"][0]["state"] == "dark"
    assert program.get("/api/v1/vision/cameras?bad=true").json()["total"] == 1
    assert "dark" in shown(client.get("/vision/cameras/?bad=yes"))
    assert f"dark {camera.name}" in shown(client.get("/waiting/"))
    assert program.delete(f"/api/v1/vision/cameras/{camera.pk}/references").json()["references"] == []


def test_a_sighting_of_a_bad_camera_says_so(camera: Camera) -> None:
    frame(camera, 0, clock_s=-60)
    sighting = raised()
    page = shown(signed_in(camera.registered_by).get(f"/vision/sightings/{sighting.pk}/"))
    assert "its clock is wrong" in page
