"""Photos of reports: the machine proposes what is blurred, a person decides, and everybody sees the copy that is theirs."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.people import make_named_person, make_person, signed_in
from tests.pictures import street
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.blurring import Box, BoxKind
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import HazardReport, PhotoDecision, ReportEntry, ReportPhoto
from tocsin.mobilisation.hazard_reports.queries.photos import photos_to_decide
from tocsin.mobilisation.hazard_reports.services import blurring, handling
from tocsin.mobilisation.hazard_reports.shown.notices import texts
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.records.face import Looked, LookVerdict, bytes_of
from tocsin.screens.waiting import waiting_kinds

pytestmark = pytest.mark.django_db

FACE = Box(BoxKind.FACE, 200, 200, 200, 260, 0.8)
PLATE = Box(BoxKind.PLATE, 700, 620, 280, 100, 0.9)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Looked], None]:
    """Proposes a face and a plate, or what it is told to; the real one is asked in tests/records/test_looking.py."""

    def proposes(looked: Looked) -> None:
        monkeypatch.setattr(blurring, "look_at", lambda jpeg: looked)

    proposes(Looked(LookVerdict.LOOKED, (FACE, PLATE)))
    return proposes


@pytest.fixture
def desk() -> User:
    return make_person("report_officer", organisation="emergency_bureau")


def shown(*, danger: bool = False) -> HazardReport:
    """A report with a photo, which its own body's desk has."""
    reporter = Reporter()
    reporter.sends(danger=danger)
    assert reporter.shows(street()).status_code == 200
    officer = User.objects.filter(grants__role="report_officer").order_by("username").first()
    HazardReport.objects.filter(pk=reporter.id).update(organisation=officer.organisation if officer else None)
    return reporter.report


def photo_of(report: HazardReport) -> ReportPhoto:
    return ReportPhoto.objects.get(report=report)


def decide(actor: User, report: HazardReport, *boxes: Box, seen: int = 0) -> PhotoDecision:
    return blurring.decide_boxes(actor=actor, report_id=report.pk, number=1, boxes=boxes, seen=seen, now=NOW)


def colours(attachment: Any) -> np.ndarray:
    with Image.open(io.BytesIO(bytes_of(attachment))) as opened:
        return np.asarray(opened.convert("RGB")).astype(int)


def test_a_photo_goes_from_the_machine_to_a_person_to_its_blurred_copy(english: None, desk: User) -> None:
    report = shown()
    assert not photos_to_decide(desk, NOW), "the machine has its time first"
    assert not blurring.look_at_photos(now=NOW) and not blurring.look_at_photos(now=NOW)
    photo = photo_of(report)
    assert (photo.looked, photo.looked_at, len(photo.proposed)) == ("looked", NOW, 2)
    assert [one.pk for one in photos_to_decide(desk, NOW)] == [photo.pk]
    made = decide(desk, report, FACE, PLATE)
    assert not photos_to_decide(desk, NOW)
    whole, copy = colours(photo.copy), colours(made.blurred)
    plate = (slice(630, 710), slice(710, 970))
    assert np.ptp(whole[plate].reshape(-1, 3), axis=0).max() > 200 > 12 > np.ptp(copy[plate].reshape(-1, 3), axis=0).max()
    assert abs(whole[:150] - copy[:150]).max() < 12, "where no box is it shows what it showed"
    entry = ReportEntry.objects.get(report=report, act="blur")
    assert entry.actor == desk and entry.inward and entry.figures["blurred"] == {
        "decision": 1, "boxes": 2, "as_proposed": 2, "left_out": 0
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="hazard_report.blur", object_id=str(report.pk)).count() == 1


def test_deciding_again_makes_a_new_copy_and_the_old_one_is_the_desks(english: None, desk: User) -> None:
    report = shown()
    first = decide(desk, report, FACE)
    with pytest.raises(Conflict, match="decided upon this photo meanwhile"):
        decide(desk, report, PLATE)
    second = decide(desk, report, FACE, PLATE, seen=1)
    assert second.number == 2 and first.blurred_id != second.blurred_id
    seer = signed_in(make_named_person("li", "report_officer", make_body("brigade")))
    assert [seer.get(f"/records/attachments/{one.blurred_id}/").status_code for one in (first, second)] == [403, 200]
    assert signed_in(desk).get(f"/records/attachments/{first.blurred_id}/").status_code == 200


BOXES: dict[str, tuple[list[Box], str]] = {
    "beside the photo": ([FACE, Box(BoxKind.OTHER, 5000, 10, 20, 20)], "Box 2 lies outside of the photo, which has 1200 × 900"),
    "a speck": ([Box(BoxKind.FACE, 10, 10, 3, 40)], "Box 1 is smaller than 4 pixels"),
    "too many": ([PLATE] * 81, "takes 80 boxes, and there are 81"),
}


@pytest.mark.parametrize(("boxes", "words"), BOXES.values(), ids=BOXES)
def test_boxes_that_cannot_be_are_told(english: None, desk: User, boxes: list[Box], words: str) -> None:
    report = shown()
    with pytest.raises(InvalidInput, match=words):
        decide(desk, report, *boxes)
    assert not PhotoDecision.objects.exists()


def test_everybody_sees_the_copy_that_is_theirs(english: None, desk: User) -> None:
    """The body's desk the whole one; its checkers, and people of another body who handle reports there, the blurred one."""
    report = shown()
    body = make_body("brigade")
    others = [make_named_person("wang", "inspector", body), make_named_person("li", "report_officer", body)]
    stranger = make_named_person("zhao", "inspector", body)
    HazardReport.objects.filter(pk=report.pk).update(state="assigned", first_checker=others[0], second_checker=others[1])
    photo = photo_of(report)

    def answers(attachment: Any, *people: User) -> list[int]:
        return [signed_in(one).get(f"/records/attachments/{attachment}/").status_code for one in people]

    assert answers(photo.copy_id, desk, *others, stranger) == [200, 403, 403, 403]
    for one in others:
        page = signed_in(one).get(f"/hazard-reports/{report.pk}/").content.decode()
        assert "This photo is being prepared" in page and str(photo.copy_id) not in page
        told = signed_in(one).get(f"/api/v1/mobilisation/hazard-reports/{report.pk}/photos").json()[0]
        assert told["attachment_id"] is None and told["boxes"] == []
        assert signed_in(one).get(f"/hazard-reports/{report.pk}/photos/1/").status_code == 403
        with pytest.raises(NotAllowed, match="decided at the desk"):
            decide(one, report, FACE)
    made = decide(desk, report, FACE)
    assert answers(made.blurred_id, desk, *others, stranger) == [200, 200, 200, 403]
    for one in others:
        page = signed_in(one).get(f"/hazard-reports/{report.pk}/").content.decode()
        assert str(made.blurred_id) in page and str(photo.copy_id) not in page
    assert str(photo.copy_id) in signed_in(desk).get(f"/hazard-reports/{report.pk}/").content.decode()
    assert Client().get(f"/records/attachments/{made.blurred_id}/").status_code in (302, 401, 403)


def test_a_body_that_gets_the_report_gets_its_photos(english: None, desk: User) -> None:
    report, body = shown(), make_body("brigade")
    taker = make_named_person("li", "report_officer", body)
    photo = photo_of(report)
    handling.accept(actor=desk, report_id=report.pk, now=NOW)
    assert signed_in(taker).get(f"/records/attachments/{photo.copy_id}/").status_code == 403
    HazardReport.objects.filter(pk=report.pk).update(organisation=body, handed_from=desk.organisation, handed_due=NOW)
    assert [signed_in(one).get(f"/records/attachments/{photo.copy_id}/").status_code for one in (taker, desk)] == [200, 200]
    HazardReport.objects.filter(pk=report.pk).update(handed_due=None)
    assert [signed_in(one).get(f"/records/attachments/{photo.copy_id}/").status_code for one in (taker, desk)] == [200, 403]


def test_who_cannot_wait_for_danger_to_life_sees_it_whole_and_it_is_written_down(english: None, desk: User) -> None:
    plain, danger, body = shown(), shown(danger=True), make_body("brigade")
    other = signed_in(make_named_person("li", "report_officer", body))
    refused = other.post(f"/hazard-reports/{plain.pk}/photos/1/open/", {"reason": "curious"}, follow=True)
    assert "Only of a report of danger to life" in refused.content.decode()
    refused = other.post(f"/hazard-reports/{danger.pk}/photos/1/open/", {"reason": " "}, follow=True)
    assert "Say why the blurred copy will not do" in refused.content.decode()
    assert not ReportEntry.objects.filter(act="open_photo").exists()
    opened = other.post(f"/hazard-reports/{danger.pk}/photos/1/open/", {"reason": "the tanker's plate"})
    assert opened["Content-Type"] == "image/jpeg" and opened["Cache-Control"] == "private, no-store"
    assert opened.content == bytes_of(photo_of(danger).copy)
    entry = ReportEntry.objects.get(act="open_photo")
    assert (entry.text, entry.inward, entry.figures["photo"]) == ("the tanker's plate", True, 1)
    assert AuditEntry.objects.filter(action="hazard_report.open_photo").count() == 1
    by_program = other.post(
        f"/api/v1/mobilisation/hazard-reports/{danger.pk}/photos/1/opening", {"reason": "again"}, content_type="application/json"
    )
    assert by_program.content == opened.content


ENDS = {
    LookVerdict.FELL: "could not read this photo",
    LookVerdict.TOO_SLOW: "took too long",
    LookVerdict.MISSING: "has no models for faces and plates",
}


@pytest.mark.parametrize("verdict", ENDS)
def test_where_the_machine_fails_the_page_says_so_and_boxes_are_drawn_by_hand(
    english: None, desk: User, machine: Callable[[Looked], None], verdict: LookVerdict
) -> None:
    report = shown()
    machine(Looked(verdict))
    blurring.look_at_photos(now=NOW)
    assert [one.report_id for one in photos_to_decide(desk, NOW)] == [report.pk]
    page = signed_in(desk).get(f"/hazard-reports/{report.pk}/photos/1/").content.decode()
    assert ENDS[verdict] in page
    assert decide(desk, report, Box(BoxKind.OTHER, 1, 1, 50, 50)).blurred is not None


def test_a_file_that_is_gone_stops_nobody_elses_photo(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    report = shown()
    photo = photo_of(report)
    type(photo.copy).objects.filter(pk=photo.copy_id).update(sha256="0" * 64)
    assert not blurring.look_at_photos(now=NOW)
    assert photo_of(report).looked == LookVerdict.UNREADABLE


def rows(*boxes: Box) -> dict[str, list[Any]]:
    columns = {"kind": [one.kind.value for one in boxes]}
    return columns | {name: [getattr(one, name) for one in boxes] for name in ("left", "top", "width", "height")}


def test_the_form_accepts_all_with_one_press_and_leaves_out_what_is_not_blurred(english: None, desk: User) -> None:
    report = shown()
    blurring.look_at_photos(now=NOW)
    client, address = signed_in(desk), f"/hazard-reports/{report.pk}/photos/1/"
    page = client.get(address).content.decode()
    assert page.count('class="photo-box face"') == page.count('class="photo-box plate"') == 1 and page.count("data-box>") == 5
    sent = rows(FACE, PLATE)
    sent["kind"] = ["face", "", ""]
    sent |= {name: [*sent[name], ""] for name in ("left", "top", "width", "height")}
    answer = client.post(f"{address}decide/", sent | {"seen": "0"})
    assert answer.status_code == 302 and answer["Location"] == f"/hazard-reports/{report.pk}/"
    made = PhotoDecision.objects.get()
    assert [(one["kind"], one["left"]) for one in made.boxes] == [("face", 200)]


FORMS: dict[str, tuple[dict[str, Any], int, str]] = {
    "a figure that is missing": (
        {"kind": ["face"], "left": ["5"], "top": [""], "width": ["9"], "height": ["9"]},
        400,
        "lacks a fig",
    ),
    "no figure": ({"kind": ["face"], "left": ["a"], "top": ["5"], "width": ["9"], "height": ["9"]}, 400, "left"),
    "a kind that is none": ({"kind": ["dog"], "left": ["5"], "top": ["5"], "width": ["9"], "height": ["9"]}, 400, "kind"),
    "somebody else was quicker": ({**rows(FACE), "seen": "7"}, 409, "decided upon this photo meanwhile"),
}


@pytest.mark.parametrize(("sent", "status", "words"), FORMS.values(), ids=FORMS)
def test_a_form_that_is_refused_comes_back_with_its_boxes(
    english: None, desk: User, sent: dict[str, Any], status: int, words: str
) -> None:
    report = shown()
    answer = signed_in(desk).post(f"/hazard-reports/{report.pk}/photos/1/decide/", {"seen": "0"} | sent)
    page = answer.content.decode()
    assert answer.status_code == status and words in page and f'value="{sent["left"][0]}"' in page
    assert not PhotoDecision.objects.exists()


def test_programs_read_and_decide(english: None, desk: User) -> None:
    report = shown()
    blurring.look_at_photos(now=NOW)
    client, address = signed_in(desk), f"/api/v1/mobilisation/hazard-reports/{report.pk}/photos"
    told = client.get(address).json()[0]
    assert (told["state"], told["blurred"], [one["kind"] for one in told["boxes"]]) == ("proposed", False, ["face", "plate"])
    boxes = [{name: one[name] for name in ("kind", "left", "top", "width", "height")} for one in told["boxes"]]
    told = client.post(f"{address}/1/decision", {"boxes": boxes, "decisions": 0}, content_type="application/json").json()[0]
    assert (told["state"], told["decisions"], told["decided_by"]) == ("decided", 1, str(desk))
    assert told["blurred_id"] and told["attachment_id"] != told["blurred_id"]


def test_a_photo_that_waits_for_a_decision_is_in_the_desks_list(english: None, desk: User) -> None:
    report = shown(danger=True)
    blurring.look_at_photos(now=NOW)
    (kind,) = (one for one in waiting_kinds() if one.code == "hazard_photo")
    (row,) = kind.in_words(list(kind.found(desk, NOW)))
    assert row.address == f"/hazard-reports/{report.pk}/photos/1/" and row.due == report.accept_due
    HazardReport.objects.filter(pk=report.pk).update(state="closed")
    assert not kind.found(desk, NOW)


def test_the_reporter_learns_nothing_of_it(english: None, desk: User) -> None:
    reporter = Reporter()
    reporter.sends()
    reporter.shows(street())
    before = reporter.asks().json()
    decide(desk, reporter.report, FACE)
    after = reporter.asks().json()
    assert before["photos"] == after["photos"] == 1 and before["lines"] == after["lines"]


def test_the_machine_looks_again_and_what_was_released_stands_until_the_next_decision(english: None, desk: User) -> None:
    report = shown()
    with pytest.raises(Conflict, match="waits for the machine already"):
        blurring.look_again(actor=desk, report_id=report.pk, number=1, now=NOW)
    blurring.look_at_photos(now=NOW)
    first = decide(desk, report, FACE)
    client, address = signed_in(desk), f"/hazard-reports/{report.pk}/photos/1/"
    assert "The machine looks at this photo again" in client.post(f"{address}look/", follow=True).content.decode()
    assert "looking at this photo again" in client.get(address).content.decode()
    blurring.look_at_photos(now=NOW + timedelta(minutes=1))
    told = client.get(f"/api/v1/mobilisation/hazard-reports/{report.pk}/photos").json()[0]
    assert told["proposed_anew"] and not told["looking"] and len(told["boxes"]) == 2
    assert told["state"] == "decided" and told["blurred_id"] == str(first.blurred_id)
    assert "these are its boxes" in client.get(address).content.decode()
    assert AuditEntry.objects.filter(action="hazard_report.look_again", actor_id=desk.pk).count() == 1
    outside = signed_in(make_named_person("zhou", "report_officer", region="370211"))
    assert outside.post(f"{address}look/").status_code in (403, 404)
    assert outside.post(f"/api/v1/mobilisation/hazard-reports/{report.pk}/photos/1/look").status_code in (403, 404)


def test_checkers_are_told_when_a_photo_is_released(english: None, desk: User) -> None:
    report = shown()
    first, second = (make_named_person(name, "inspector") for name in ("wei", "han"))
    HazardReport.objects.filter(pk=report.pk).update(state="assigned", first_checker=first, second_checker=second)
    decide(desk, report, FACE)
    found = Notice.objects.filter(key__startswith=f"hazard-{report.pk}-photo-")
    assert {one.person_id for one in found} == {first.pk, second.pk}
    assert "a photo of it can be seen now" in texts(list(found))[found[0].pk]
    decide(desk, report, FACE, PLATE, seen=1)
    assert found.all().count() == 4, "a new copy is told of, too"
