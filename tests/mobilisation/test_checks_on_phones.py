"""Two checkers on their phones, each without a network for a while: nothing comes twice, nothing vanishes, conflicts are told.
And the record of the check, which anybody proves.
"""

import base64
import re
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pypdfium2
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import TEXT, Reporter
from tests.people import make_named_person, make_person, signed_in
from tests.pictures import photo, picture, street
from tests.supervision.firms import NOW, make_body
from tocsin.base.ids import new_id
from tocsin.engine.blurring import Box, BoxKind
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import CheckEntry, HazardReport, ReportEntry, ReportPhoto
from tocsin.mobilisation.hazard_reports.queries.keys import published_keys
from tocsin.mobilisation.hazard_reports.queries.photos import photos_to_decide, photos_to_look_at
from tocsin.mobilisation.hazard_reports.queries.reports import has_evidence
from tocsin.mobilisation.hazard_reports.rules.receipts import ReceiptVerdict, verify_receipt
from tocsin.mobilisation.hazard_reports.services import checking, handling
from tocsin.mobilisation.hazard_reports.services.blurring import decide_boxes
from tocsin.records.face import bytes_of, keep_prepared, prepare_attachment
from tocsin.supervision.inspections.models import InspectorCard

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)


class Check:
    """A report that two inspectors check."""

    def __init__(self) -> None:
        self.officer = make_person("report_officer", organisation="emergency_bureau")
        self.an, self.bo = (make_named_person(f"inspector-{one}", "inspector") for one in ("an", "bo"))
        InspectorCard.objects.create(person=self.an, number="LC-1001")
        self.reporter = Reporter()
        assert self.reporter.sends(firm="Hongda Metal Works").status_code == 200
        handling.accept(actor=self.officer, report_id=self.reporter.id, now=NOW)
        names = {"first_id": self.an.pk, "second_id": self.bo.pk}
        handling.assign(actor=self.officer, report_id=self.reporter.id, now=NOW, **names)

    def shows(self, who: User, data: bytes, text: str = "", **changes: Any) -> dict[str, Any]:
        """A photo of the check as the phone sends it, and the answer to it."""
        file = SimpleUploadedFile("p.jpg", data, "image/jpeg")
        sent = {"id": str(new_id()), "at": NOW.isoformat(), "text": text, "file": file, **changes}
        answer = signed_in(who).post(f"/api/v1/mobilisation/checks/photos?hazard_report_id={self.reporter.id}", sent)
        assert answer.status_code == 200, answer.content
        told: dict[str, Any] = answer.json()
        return told

    @property
    def report(self) -> HazardReport:
        return self.reporter.report

    def says(self, who: User, verdict: str, *, at: datetime = NOW, **changes: Any) -> dict[str, Any]:
        """What the phone sends, and the answer to it."""
        entry = {
            "id": str(new_id()),
            "hazard_report_id": str(self.reporter.id),
            "act": "check",
            "at": at.isoformat(),
            "device": f"phone-of-{who.username}",
            "data": {"verdict": verdict, "text": "The exit was chained; photo taken."},
            **changes,
        }
        answer = signed_in(who).post("/api/v1/mobilisation/checks/entries", {"entries": [entry]}, content_type="application/json")
        assert answer.status_code == 200
        told: dict[str, Any] = answer.json()[0]
        return told

    def page(self, who: User) -> list[dict[str, Any]]:
        reports: list[dict[str, Any]] = signed_in(who).get("/api/v1/mobilisation/checks/phone").json()["reports"]
        return reports


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, english: None) -> Check:
    stand_at(monkeypatch, NOW)
    return Check()


def test_both_sign_on_their_own_phones(check: Check) -> None:
    entry = {"id": str(new_id())}
    assert check.says(check.an, "true", **entry)["verdict"] == "waits"
    assert check.says(check.an, "true", **entry)["verdict"] == "waits", "sent twice, kept once"
    assert CheckEntry.objects.count() == 1
    (seen,) = check.page(check.bo)
    assert (seen["signed_as"], seen["signed_by"], seen["signed_by_me"]) == ("true", str(check.an), False)
    assert check.says(check.bo, "true")["verdict"] == "agreed"
    assert check.report.state == "true"
    assert [one["act_name"] for one in check.page(check.an)[0]["entries"]] == ["What was found: true"] * 2


def test_what_differs_is_told_and_both_stand(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    check.says(check.bo, "not_true")
    stand_at(monkeypatch, LATER)
    told = check.says(check.an, "true", at=NOW - timedelta(days=400))
    assert told["verdict"] == "differs" and check.report.state == "assigned"
    entries = check.page(check.bo)[0]["entries"]
    assert [bool(one["conflict"]) for one in entries] == [False, True] and "talk to each other" in entries[1]["conflict"]
    assert entries[1]["at"].startswith(NOW.strftime("%Y-%m-%dT%H")), "a wrong clock lies not before the assignment"
    assert check.says(check.bo, "true")["verdict"] == "agreed"
    late = check.says(check.an, "partly_true")
    assert late["verdict"] == "too_late" and check.report.state == "true", "it is kept and changes nothing"
    assert "changes nothing" in check.page(check.an)[0]["entries"][-1]["conflict"]


def test_an_older_word_that_comes_later_does_not_take_the_place_of_the_newer(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, LATER)
    assert check.says(check.an, "true", at=NOW + timedelta(hours=2), sequence=2)["verdict"] == "waits"
    late = check.says(check.an, "not_true", at=NOW + timedelta(hours=1), sequence=1)
    assert (late["taken"], late["verdict"]) == (True, "older")
    assert "said something later" in check.page(check.an)[0]["entries"][-1]["conflict"]
    assert check.says(check.bo, "true", at=NOW + timedelta(hours=3))["verdict"] == "agreed"
    assert check.report.state == "true"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data": {"verdict": "true"}}, "in words"),
        ({"data": {"text": "seen"}}, "true, partly true or not true"),
        ({"act": "note", "data": {}}, "in words"),
        ({"act": "photo"}, "comes with its picture"),
        ({"hazard_report_id": str(new_id())}, "not yours to check any more"),
    ],
)
def test_what_is_refused_says_why_and_stays_on_the_phone(check: Check, changes: dict[str, Any], reason: str) -> None:
    told = check.says(check.an, "true", **changes)
    assert told["taken"] is False and reason in told["reason"]
    assert not CheckEntry.objects.exists() and check.report.checked_as == ""


def test_nobody_else_signs_and_nobody_else_reads(check: Check) -> None:
    other = make_named_person("inspector-cui", "inspector")
    assert check.page(other) == []
    assert "not yours" in check.says(other, "true")["reason"]
    assert signed_in(make_person("viewer")).get("/api/v1/mobilisation/checks/phone").status_code == 403
    assert signed_in(check.an).get("/hazard-reports/phone/").status_code == 200
    assert signed_in(make_person("duty_officer")).get("/hazard-reports/phone/").status_code == 403
    handling.assign(actor=check.officer, report_id=check.report.pk, first_id=other.pk, second_id=check.bo.pk, now=NOW)
    assert "not yours" in check.says(check.an, "true")["reason"], "somebody else was sent meanwhile: it stays on the phone"


def test_the_record_of_the_check_is_proved_by_anybody(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    address = reverse("paper", args=["hazard_check_record", check.report.pk])
    assert signed_in(check.officer).get(address).status_code == 409, "before both have said the same there is none"
    stand_at(monkeypatch, LATER)
    assert check.shows(check.an, picture())["verdict"] == "kept"
    check.says(check.an, "partly_true", at=NOW + timedelta(hours=1))
    check.says(check.bo, "partly_true", at=NOW + timedelta(hours=2))
    words = " ".join(read(signed_in(check.bo).get(address).content).split())
    assert all(
        one in words for one in ("Hongda Metal Works", str(check.an), str(check.bo), "LC-1001", "partly true", "on the phone")
    )
    assert TEXT[:20] not in words and "anonym" not in words.lower() and check.reporter.secret not in words
    text = code_on(words)
    verdict, told = verify_receipt(text, published_keys())
    assert verdict is ReceiptVerdict.VALID and told is not None
    assert told.number == f"{check.report.number}-CHECK" and told.content.startswith("partly_true;LC-1001;;")
    assert told.at == LATER.replace(microsecond=0)
    forged = text.split(".")[1]
    wrong = base64.urlsafe_b64decode(forged + "=" * (-len(forged) % 4)).replace(b"partly_true", b"not_true")
    forged = base64.urlsafe_b64encode(wrong).decode().rstrip("=")
    assert verify_receipt(text.replace(text.split(".")[1], forged), published_keys())[0] is ReceiptVerdict.WRONG_SIGNATURE
    assert signed_in(make_named_person("inspector-cui", "inspector")).get(address).status_code == 403
    assert ReportEntry.objects.get(report=check.report, act="check").figures["done_at"]


def code_on(words: str) -> str:
    """The signed code as it stands on the paper, which may break it anywhere."""
    found = re.search(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}", re.sub(r"[\s\u200b\ufffe\x02]", "", words))
    assert found is not None, words
    return found[0]


def read(document: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document))


def test_blurred_copies_go_along_while_the_report_is_to_be_checked(check: Check) -> None:
    assert check.reporter.shows(picture()).status_code == 200
    (before,) = check.page(check.an)
    assert (before["photos"], before["photos_awaited"]) == ([], 1), "what nobody has released is on no phone"
    officer = make_named_person("wei", "report_officer", check.report.organisation)
    box = Box(BoxKind.OTHER, 10, 10, 60, 40)
    first = decide_boxes(actor=officer, report_id=check.report.pk, number=1, boxes=[box], seen=0, now=NOW)
    (seen,) = check.page(check.an)
    assert seen["photos"] == [{"number": 1, "by": "", "attachment_id": str(first.blurred_id)}] and seen["photos_awaited"] == 0
    assert signed_in(check.an).get(f"/records/attachments/{first.blurred_id}/").status_code == 200
    second = decide_boxes(actor=officer, report_id=check.report.pk, number=1, boxes=[], seen=1, now=NOW)
    assert [one["attachment_id"] for one in check.page(check.bo)[0]["photos"]] == [str(second.blurred_id)], "the latest alone"
    for who in (check.an, check.bo):
        check.says(who, "true")
    (after,) = check.page(check.an)
    assert after["state"] == "true" and (after["photos"], after["photos_awaited"]) == ([], 0)


def test_a_photo_of_the_check_is_seen_whole_at_the_desk_alone(check: Check) -> None:
    """A checker's photo goes the way of a reporter's: looked at, decided upon, and the released copy for everybody else."""
    assert check.reporter.shows(picture()).status_code == 200
    identity = str(new_id())
    for _delivery in range(2):
        told = check.shows(check.an, photo(), "The chained exit", id=identity)
        assert told["verdict"] == "kept"
    made = ReportPhoto.objects.get(report=check.report, of_check=True)
    assert made.number == 2 and b"OwnerOfThePhone" not in bytes_of(made.copy) and b"Exif" not in bytes_of(made.copy)
    assert made in photos_to_look_at()
    officer = make_named_person("wei", "report_officer", check.report.organisation)
    assert made in photos_to_decide(officer, NOW + timedelta(minutes=11))
    everybody = [officer, check.an, check.bo, make_named_person("qi", "report_officer", make_body("brigade"))]

    def answers(attachment: Any) -> list[int]:
        return [signed_in(one).get(f"/records/attachments/{attachment}/").status_code for one in everybody]

    assert answers(made.copy_id) == [200, 403, 403, 403], "not even who took it: the phone is not the desk"
    for who in (check.an, check.bo):
        (seen,) = check.page(who)
        assert seen["photos"] == [] and seen["photos_awaited"] == 2
        assert str(made.copy_id) not in str(seen), "the entry names no copy that can't be opened"
        page = signed_in(who).get(f"/hazard-reports/{check.report.pk}/").content.decode()
        assert str(made.copy_id) not in page and "The chained exit" in page and str(check.an) in page
    box = Box(BoxKind.FACE, 10, 10, 60, 40)
    decision = decide_boxes(actor=officer, report_id=check.report.pk, number=2, boxes=[box], seen=0, now=NOW)
    assert answers(decision.blurred_id) == [200] * 4
    (seen,) = check.page(check.bo)
    assert seen["photos"] == [{"number": 2, "by": str(check.an), "attachment_id": str(decision.blurred_id)}]
    assert [one["data"]["attachment"] for one in seen["entries"]] == [str(decision.blurred_id)]
    told = {one["number"]: one for one in signed_in(check.bo).get(photos_address(check)).json()}
    assert (told[1]["by"], told[2]["by"], told[2]["of_check"], told[2]["caption"]) == (
        "",
        str(check.an),
        True,
        "The chained exit",
    )
    assert check.reporter.asks().json()["photos"] == 1, "the reporter hears of the own one alone"


def photos_address(check: Check) -> str:
    return f"/api/v1/mobilisation/hazard-reports/{check.report.pk}/photos"


def test_photos_of_the_check_do_not_count_as_the_reporters(check: Check) -> None:
    before = check.report.completeness
    checking.attach(actor=check.officer, report_id=check.report.pk, data=street(), name="gate.jpg", now=NOW)
    assert check.report.completeness == before and check.report.looks == []
    assert check.reporter.shows(picture(colour="green")).status_code == 200
    assert check.report.completeness == before + 1, "the reporter's first photo counts, whatever its number"
    numbers = ReportPhoto.objects.filter(report=check.report).order_by("number").values_list("number", "of_check")
    assert list(numbers) == [(1, True), (2, False)]


def test_a_paper_of_the_check_stays_a_file(check: Check) -> None:
    paper = b"%PDF-1.4\n%%EOF\n"
    kept = checking.attach(actor=check.an, report_id=check.report.pk, data=paper, name="measured.pdf", now=NOW)
    assert not ReportPhoto.objects.exists() and kept.object_type == "hazard_report"
    page = signed_in(check.bo).get(f"/hazard-reports/{check.report.pk}/").content.decode()
    assert str(kept.pk) in page and "measured.pdf" in page


def test_a_photo_of_the_desk_is_evidence_for_closing_and_the_reporters_is_not(check: Check) -> None:
    check.reporter.shows(picture())
    for who in (check.an, check.bo):
        check.says(who, "true")
    checking.handle(actor=check.officer, report_id=check.report.pk, words="The chain is off.", finding="", now=NOW)
    assert not has_evidence(check.report)
    checking.attach(actor=check.officer, report_id=check.report.pk, data=street(), name="after.jpg", now=NOW)
    assert has_evidence(check.report)


def test_photos_attached_before_are_taken_over_by_the_migration(check: Check) -> None:
    prepared = prepare_attachment(actor=check.an, data=picture(), name="gate.jpg")
    about = {"object_type": "hazard_report", "object_id": check.report.pk, "region_code": check.report.region_code}
    before = keep_prepared(prepared, actor=check.an, now=NOW, **about)
    migration = import_module("tocsin.mobilisation.migrations.0027_photos_of_checks")
    migration.take_photos_of_checks(apps, None)
    made = ReportPhoto.objects.get(report=check.report)
    assert (made.copy_id, made.number, made.of_check) == (before.pk, 1, True)
    assert signed_in(check.bo).get(f"/records/attachments/{before.pk}/").status_code == 403
    migration.give_them_back(apps, None)
    assert signed_in(check.bo).get(f"/records/attachments/{before.pk}/").status_code == 200
