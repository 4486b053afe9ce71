"""From events to a sighting, a person's verdict, a case and back; what is wrong is refused, what is stored is stored once."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import msgspec
import pytest
from PIL import Image

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, ZHIFU, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tests.vision.test_cameras import CODE, registered
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Unavailable
from tocsin.bus.models import OutboxEvent
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services.sightings import open_cases_of_sightings
from tocsin.jurisdiction.people.models import User
from tocsin.notices.face import Notice
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules.zones import Zone
from tocsin.vision.cameras.services.register import set_active, set_zones
from tocsin.vision.sightings import policy
from tocsin.vision.sightings.models import Crop, EventFault, Recognition, RunState, Sighting
from tocsin.vision.sightings.queries import next_ripe
from tocsin.vision.sightings.rules.events import NewEvent
from tocsin.vision.sightings.rules.sightings import Verdict
from tocsin.vision.sightings.services import deciding, intake, judging

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
BOX = (0.4, 0.4, 0.1, 0.1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def camera() -> Camera:
    usual_bodies(LICANG)
    return registered(make_person("supervisor"))


def jpeg(shade: int = 90) -> bytes:
    kept = BytesIO()
    Image.new("RGB", (32, 24), (shade, 20, 30)).save(kept, "JPEG")
    return kept.getvalue()


def event(number: int = 0, after_s: float = 0.0, **facts: object) -> NewEvent:
    told = {"kind": "fire", "score": 0.8, "box": BOX, "model": "m", "version": "1", "crop": jpeg(number % 200), **facts}
    return NewEvent(camera=CODE, event_id=f"e{number}", at=NOW + timedelta(seconds=after_s), **told)  # type: ignore[arg-type]


def sent(*events: NewEvent, now: datetime = NOW) -> list[intake.Answer]:
    return intake.take_events(actor=make_sender(), events=events, now=now)


def make_sender() -> User:
    return User.objects.filter(username=f"system_administrator-{LICANG}").first() or make_person("system_administrator")


def raised(kind: str = "fire", count: int = 3, step_s: float = 4.0, first: int = 0) -> Sighting:
    sent(*(event(first + one, one * step_s, kind=kind) for one in range(count)))
    judging.judge_events(now=NOW + timedelta(seconds=5))
    return Sighting.objects.get(kind=kind, verdict="waiting")


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"kind": "dragon"}, "no_kind"),
        ({"box": (0.95, 0.4, 0.1, 0.1)}, "bad_box"),
        ({"box": (0.4, 0.4, 0.0, 0.1)}, "bad_box"),
        ({"box": (float("nan"), 0.4, 0.1, 0.1)}, "bad_box"),
        ({"score": 1.2}, "bad_score"),
        ({"score": float("nan")}, "bad_score"),
        ({"after_s": 400.0}, "too_early"),
        ({"after_s": -90_000.0}, "too_old"),
        ({"crop": b"GIF89a"}, "no_jpeg"),
        ({"crop": jpeg()[:-2]}, "no_jpeg"),
        ({"crop": b"\xff\xd8\xff" + b"0" * 200_000 + b"\xff\xd9"}, "crop_too_large"),
        ({"sha256": "0" * 64}, "other_hash"),
        ({"sha256": sha256(jpeg(1)).hexdigest().upper()}, None),
        ({"crop": b""}, None),
    ],
)
def test_an_event_is_stored_or_refused_with_its_reason(camera: Camera, facts: dict[str, object], fault: str | None) -> None:
    answer = sent(event(1, **facts))[0]  # type: ignore[arg-type]
    assert answer.fault == fault
    assert Recognition.objects.count() == (fault is None)
    assert list(EventFault.objects.values_list("fault", "count")) == ([(fault, 1)] if fault else [])


def test_the_same_event_is_stored_once(camera: Camera) -> None:
    first, again = sent(event(1), event(1))
    later = sent(event(1))[0]
    assert (first.known, again.known, later.known) == (False, True, True)
    assert {first.id, again.id, later.id} == {Recognition.objects.get().pk}
    other = sent(event(1, model="other"))[0]
    assert other.id != first.id
    assert Crop.objects.count() == 2


def test_who_may_not_send_and_whom_nobody_knows(camera: Camera) -> None:
    with pytest.raises(NotAllowed):
        intake.take_events(actor=make_person("viewer"), events=[event()], now=NOW)
    elsewhere = intake.take_events(actor=make_person("supervisor", ZHIFU), events=[event()], now=NOW)
    assert [one.fault for one in elsewhere] == ["no_camera"]
    assert not EventFault.objects.exists()
    set_active(actor=camera.registered_by, camera_id=camera.pk, active=False)
    assert sent(event())[0].fault == "out_of_service"


def test_a_camera_has_a_budget(camera: Camera) -> None:
    answers = sent(*(event(one, one / 1000, crop=b"") for one in range(605)))
    assert [one.fault for one in answers[598:602]] == [None, None, "over_budget", "over_budget"]
    assert sent(event(700, crop=b""))[0].fault == "over_budget"
    assert sent(event(701, 61, crop=b""), now=NOW + timedelta(seconds=61))[0].fault is None


def test_too_many_unjudged_events_are_told_to_come_again(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    now = policy.sighting_policy()
    few = msgspec.structs.replace(now, door=msgspec.structs.replace(now.door, unjudged=2))
    monkeypatch.setattr(intake, "sighting_policy", lambda: few)
    sent(event(1), event(2))
    with pytest.raises(Unavailable):
        sent(event(3))
    judging.judge_events(now=NOW + timedelta(seconds=5))
    assert sent(event(3))[0].fault is None


def test_the_loop_comes_when_the_oldest_event_has_waited_for_late_ones(camera: Camera) -> None:
    assert next_ripe() is None, "nothing waits"
    sent(event(1), now=NOW)
    sent(event(2, 1.0), now=NOW + timedelta(seconds=1))
    ripe_at = NOW + timedelta(seconds=policy.sighting_policy().door.lateness_s)
    assert next_ripe() == ripe_at
    judging.judge_events(now=ripe_at)
    assert next_ripe() in (None, ripe_at + timedelta(seconds=1))
    judging.judge_events(now=ripe_at + timedelta(seconds=1))
    assert next_ripe() is None


def test_events_become_one_sighting_that_grows_and_ends(camera: Camera) -> None:
    made = raised(count=2)
    assert (made.count, made.urgent, made.asks, made.first.event_id) == (2, True, "case", "e0")
    sent(event(9, 30, score=0.95), event(10, 35, score=0.45), event(11, 36, score=0.2))
    judging.judge_events(now=NOW + timedelta(seconds=5))
    made.refresh_from_db()
    assert (made.count, made.best.event_id, made.last_at) == (4, "e9", NOW + timedelta(seconds=35))
    assert judging.end_sightings(now=NOW + timedelta(seconds=90)) == 0
    assert judging.end_sightings(now=NOW + timedelta(seconds=96)) == 1
    sent(event(12, 100), event(13, 101), now=NOW + timedelta(seconds=101))
    judging.judge_events(now=NOW + timedelta(seconds=110))
    assert Sighting.objects.count() == 2
    assert RunState.objects.get().first.event_id == "e12"


def test_what_lies_in_no_zone_of_its_kind_counts_for_nothing(camera: Camera) -> None:
    by = camera.registered_by
    set_zones(actor=by, camera_id=camera.pk, zones=[Zone("left", ((0, 0), (0.3, 0), (0.3, 1), (0, 1)), ("fire",))])
    sent(event(1), event(2, 1), event(3, 2, kind="smoke"))
    judging.judge_events(now=NOW + timedelta(seconds=5))
    assert not Sighting.objects.exists()
    sent(event(4, 3, box=(0.1, 0.1, 0.1, 0.1)), event(5, 4, box=(0.1, 0.1, 0.1, 0.1)))
    judging.judge_events(now=NOW + timedelta(seconds=5))
    assert Sighting.objects.get().count == 2


def test_an_urgent_one_tells_the_desk_at_once_as_unconfirmed(camera: Camera, english: None) -> None:
    made = raised()
    notice = Notice.objects.get(purpose="sighting_unconfirmed")
    assert notice.figures["sighting"] == str(made.pk)
    raised("no_helmet", count=4, first=20)
    assert Notice.objects.filter(purpose="sighting_unconfirmed").count() == 1


def test_confirmed_counts_at_once_where_urgent_opens_a_case_and_comes_back(camera: Camera) -> None:
    made, officer = raised(), make_person("duty_officer")
    deciding.decide(actor=officer, sighting_id=made.pk, verdict=Verdict.CONFIRMED, now=NOW)
    assert judging.settle_sightings(now=NOW) == 1
    assert OutboxEvent.objects.filter(name="vision.SightingConfirmed").count() == 1
    assert Notice.objects.filter(purpose="sighting_confirmed").count() == 1
    assert open_cases_of_sightings(now=NOW) == 1
    assert open_cases_of_sightings(now=NOW) == 0
    made.refresh_from_db()
    case = Case.objects.get()
    assert (made.reference, case.origin_reference) == (case.number, f"sighting:{made.pk}")
    with pytest.raises(Conflict):
        deciding.undo(actor=officer, sighting_id=made.pk, now=NOW)


def test_a_plain_one_may_be_taken_back_for_a_minute(camera: Camera) -> None:
    made, officer = raised("no_helmet", count=4), make_person("inspector")
    deciding.decide(actor=officer, sighting_id=made.pk, verdict=Verdict.CONFIRMED, now=NOW)
    assert judging.settle_sightings(now=NOW + timedelta(seconds=59)) == 0
    with pytest.raises(Conflict):
        deciding.undo(actor=make_person("duty_officer"), sighting_id=made.pk, now=NOW)
    deciding.undo(actor=officer, sighting_id=made.pk, now=NOW + timedelta(seconds=59))
    assert judging.settle_sightings(now=NOW + timedelta(seconds=120)) == 0
    deciding.decide(actor=officer, sighting_id=made.pk, verdict=Verdict.REJECTED, now=NOW)
    assert judging.settle_sightings(now=NOW + timedelta(seconds=60)) == 1
    assert not OutboxEvent.objects.filter(name="vision.SightingConfirmed").exists()
    assert open_cases_of_sightings(now=NOW) == 0


def test_unsure_needs_a_reason_and_leaves_it_to_the_next_person(camera: Camera) -> None:
    made, officer = raised(), make_person("duty_officer")
    with pytest.raises(InvalidInput):
        deciding.decide(actor=officer, sighting_id=made.pk, verdict=Verdict.UNSURE, now=NOW)
    deciding.decide(actor=officer, sighting_id=made.pk, verdict=Verdict.UNSURE, reason="反光", now=NOW)
    deciding.decide(actor=make_person("inspector"), sighting_id=made.pk, verdict=Verdict.REJECTED, now=NOW)
    with pytest.raises(Conflict):
        deciding.decide(actor=officer, sighting_id=made.pk, verdict=Verdict.CONFIRMED, now=NOW)


def test_one_press_decides_all_of_the_same_camera_and_kind(camera: Camera) -> None:
    for one in range(3):
        later = NOW + timedelta(seconds=200 * one)
        sent(event(10 * one, 200 * one), event(10 * one + 1, 200 * one + 1), now=later)
        judging.judge_events(now=later + timedelta(seconds=5))
    officer = make_person("duty_officer")
    newest = Sighting.objects.order_by("-raised_at")[0]
    decided = deciding.decide(actor=officer, sighting_id=newest.pk, verdict=Verdict.REJECTED, alike=True, now=NOW)
    assert len(decided) == 3


def test_who_only_looks_decides_nothing(camera: Camera, english: None) -> None:
    made = raised()
    viewer = make_person("viewer")
    with pytest.raises(NotAllowed):
        deciding.decide(actor=viewer, sighting_id=made.pk, verdict=Verdict.CONFIRMED, now=NOW)
    page = signed_in(viewer).get(f"/vision/sightings/{made.pk}/").content
    assert "Faces are blurred" in " ".join(words_of(page))
    assert signed_in(make_person("duty_officer", ZHIFU)).get(f"/vision/sightings/{made.pk}/").status_code == 404


def test_who_looked_at_a_crop_stands_in_its_chain(camera: Camera, english: None) -> None:
    made = raised()
    browser = signed_in(make_person("duty_officer"))
    for address in ("first/", "first/", "best/"):
        answer = browser.get(f"/vision/sightings/{made.pk}/{address}")
        assert answer["Content-Type"] == "image/jpeg"
    assert sha256(answer.content).hexdigest() == made.best.sha256
    browser.get(f"/vision/sightings/{made.pk}/evidence/")
    told = browser.get(f"/api/v1/vision/sightings/{made.pk}/custody").json()
    assert [(one["exported"], one["count"]) for one in told] == [(False, 3), (True, 1)]


def test_queue_and_api(camera: Camera, english: None) -> None:
    sender = signed_in(make_sender())
    row = {"camera": CODE, "kind": "fire", "score": 0.9, "box": BOX, "model": "m", "crop": b64encode(jpeg()).decode()}
    rows = [{**row, "event_id": f"a{one}", "at": (NOW + timedelta(seconds=one)).isoformat()} for one in range(3)]
    rows.append({**rows[0], "event_id": "bad", "crop": "%%%"})
    told = sender.post("/api/v1/vision/events", {"events": rows}, content_type="application/json").json()
    assert (told["stored"], told["refused"], told["answers"][3]["fault"]) == (3, 1, "no_jpeg")
    judging.judge_events(now=NOW + timedelta(seconds=5))
    officer = signed_in(make_person("duty_officer"))
    assert "fire" in officer.get("/vision/sightings/queue/").content.decode()
    made = Sighting.objects.get()
    answer = officer.post(f"/vision/sightings/{made.pk}/decide/", {"verdict": "rejected", "reason": ""}, follow=True)
    assert "Take back" in answer.content.decode()
    officer.post(f"/vision/sightings/{made.pk}/undo/", {})
    api = officer.post(f"/api/v1/vision/sightings/{made.pk}/verdict", {"verdict": "confirmed"}, content_type="application/json")
    assert api.json()["verdict"] == "confirmed"
    assert officer.get("/vision/sightings/?verdict=confirmed").status_code == 200
    assert officer.get("/api/v1/vision/sightings").json()["total"] == 1


def test_old_events_go_and_what_was_confirmed_stays(camera: Camera) -> None:
    made = raised()
    deciding.decide(actor=make_person("duty_officer"), sighting_id=made.pk, verdict=Verdict.CONFIRMED, now=NOW)
    assert judging.forget_events(now=NOW + timedelta(days=31)) == 2
    assert Recognition.objects.get() == made.best
    assert judging.forget_events(now=NOW + timedelta(days=400)) == 1
    made.refresh_from_db()
    assert (made.best, Crop.objects.count()) == (None, 0)
