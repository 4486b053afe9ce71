"""A report by the public on its way: from a stranger, handled by desk and checkers, answered; nobody learns who it was."""

from datetime import timedelta
from importlib import import_module
from io import BytesIO

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import EASED, TEXT, Reporter
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.base.work import find_nonce, is_worked_for
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import OutcomeKind
from tocsin.command.handling.services.dangers import open_cases_of_dangers
from tocsin.command.handling.services.handling import close_case
from tocsin.jurisdiction.people.models import LoginFailure, User
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.queries.keys import published_keys
from tocsin.mobilisation.hazard_reports.queries.reports import checkers_for
from tocsin.mobilisation.hazard_reports.rules.receipts import ReceiptVerdict, content_word, verify_receipt
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of
from tocsin.mobilisation.hazard_reports.services import checking, handling
from tocsin.mobilisation.hazard_reports.services.telling import announce_received
from tocsin.mobilisation.hazard_reports.services.watching import watch_clocks
from tocsin.notices.messages.models import Notice
from tocsin.records.attachments.models import Attachment
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.objects.queries.codes import screen_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def desk() -> User:
    return make_person("report_officer", organisation="emergency_bureau")


def checkers() -> tuple[User, User]:
    body = make_body("brigade")
    return make_named_person("wang", "inspector", body), make_named_person("zhao", "inspector", body)


def picture() -> bytes:
    data = BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(data, "JPEG")
    return data.getvalue()


def test_a_report_of_a_stranger_is_numbered_sent_to_a_body_and_acknowledged(english: None, desk: User) -> None:
    reporter = Reporter()
    ahead = "2027-11-25T02:00:00Z"  # the phone is a year ahead
    told = reporter.sends(danger=True, said_at=ahead, sent_at=ahead).json()
    assert "clock of this phone is wrong" in told["clock"]
    assert reporter.sends(danger=True, said_at=ahead, sent_at=NOW.isoformat()).json()["clock"] == ""
    report = reporter.report
    assert (report.number, report.state, report.region_code) == (told["number"], "received", LICANG)
    assert report.number == "370213-20261125-R0001"
    assert report.said_at is None and report.received_at == NOW
    verdict, receipt = verify_receipt(told["receipt"], published_keys())
    assert verdict is ReceiptVerdict.VALID and receipt is not None
    assert (receipt.number, receipt.content) == (report.number, content_word(report.content_sha256))
    assert told["qr"].startswith("data:image/svg+xml;base64,") and told["body"]
    assert report.accept_due == report.check_due == NOW + timedelta(hours=24)
    for _ in range(2):
        assert not announce_received(now=NOW)
    notice = Notice.objects.get(key__startswith=f"hazard-{report.pk}-received")
    assert notice.organisation == report.organisation and notice.figures["danger"]
    assert Client().get("/hazard/keys.json").json()["keys"][0]["kty"] == "OKP"


def test_of_one_that_has_gone_on_meanwhile_its_body_is_told_nothing(desk: User) -> None:
    gone_on, waits = Reporter(), Reporter()
    for one in (gone_on, waits):
        one.sends()
    handling.accept(actor=desk, report_id=gone_on.id, now=NOW)
    announce_received(now=NOW)
    told = Notice.objects.filter(key__endswith="-received-new").values_list("figures__number", flat=True)
    assert list(told) == [waits.number] and not HazardReport.objects.filter(announced=False).exists()


def test_the_same_report_twice_is_one_and_another_with_its_id_is_refused(english: None, desk: User) -> None:
    reporter = Reporter()
    first, again = reporter.sends().json(), reporter.sends().json()
    assert first == again and HazardReport.objects.count() == 1
    other = Reporter()
    other.id = reporter.id
    assert other.sends().status_code == 409


REFUSED = [
    ("no work", {"nonce": "x"}, "did not finish its work"),
    ("nothing said", {"text": " "}, "Say what you saw"),
    ("no county", {"region_code": ""}, "in which county"),
    ("a province", {"region_code": "370000"}, "in which county"),
    ("an unknown kind", {"kind": "noise"}, "one of these kinds"),
    ("too long", {"text": "隐" * 10_001}, "10001 signs"),
]


@pytest.mark.parametrize(("name", "fields", "words"), REFUSED, ids=[one[0] for one in REFUSED])
def test_what_can_not_be_taken_is_told_in_words(english: None, desk: User, name: str, fields: dict[str, str], words: str) -> None:
    answer = Reporter().sends(**fields)
    assert answer.status_code == 400 and words in answer.json()["message"]


def test_a_report_is_taken_for_its_whole_work_alone(english: None, desk: User) -> None:
    """The only one here that does it all."""
    reporter, bits = Reporter(), report_policy().intake.work_bits
    secret = hash_of(reporter.secret)
    tries = (str(one) for one in range(10_000))
    part = next(one for one in tries if is_worked_for(str(reporter.id), secret, one, bits=EASED) and is_unfinished(reporter, one))
    answer = reporter.sends(nonce=part)
    assert answer.status_code == 400 and "did not finish its work" in answer.json()["message"]
    assert reporter.sends(nonce=find_nonce(str(reporter.id), secret, bits=bits)).status_code == 200


def is_unfinished(reporter: Reporter, nonce: str) -> bool:
    """Whether the whole work is not done."""
    return not is_worked_for(str(reporter.id), hash_of(reporter.secret), nonce, bits=report_policy().intake.work_bits)


def test_ten_thousand_signs_and_emoji_are_taken(desk: User) -> None:
    reporter = Reporter()
    assert reporter.sends(text="🔥" * 10_000).status_code == 200
    assert Client().post("/hazard/reports", b"\xff{", content_type="application/json").status_code == 400
    assert Client().post("/hazard/reports", {"id": 1}, content_type="application/json").status_code == 400


def test_a_signs_code_fills_the_form_in_and_names_the_firm(desk: User) -> None:
    firm = make_object("泓达化工", address="石牛山路 12 号", organisation=make_body("hongda"))
    code = screen_token(firm, now=NOW)
    told = Client().get("/hazard/firm.json", {"code": code}).json()
    assert told == {"name": "泓达化工", "region_code": LICANG, "address": "石牛山路 12 号"}
    reporter = Reporter()
    reporter.sends(code=code, region_code="")
    assert (reporter.report.object, reporter.report.firm, reporter.report.trade) == (firm, "泓达化工", "chemicals")
    assert Client().get("/hazard/firm.json", {"code": "none"}).status_code == 400
    page = Client().get(f"/q/{code}").content.decode()
    assert f"/hazard/?code={code}" in page


def test_number_and_secret_open_it_and_nothing_else_does(english: None, desk: User) -> None:
    reporter = Reporter()
    reporter.sends()
    told = reporter.asks().json()
    assert (told["state"], told["kind_name"]) == ("received", "breach of work safety rules")
    assert "mistyped" in reporter.asks(secret="0000-0000-0000-0001").json()["message"]
    assert reporter.asks(secret=Reporter().secret).status_code == 403
    assert not LoginFailure.objects.exists(), "no try is counted by an address"


def test_a_photo_of_the_public_leaves_no_trace_of_its_phone(english: None, desk: User) -> None:
    reporter = Reporter()
    reporter.sends()
    exif = Image.Exif()
    exif[0x010F], exif[0x8769] = "PlantedPhone", {0x9003: "2026:11:20 08:00:00"}
    data = BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(data, "JPEG", exif=exif)
    for _ in range(2):
        file = SimpleUploadedFile("IMG_of_Liu.jpg", data.getvalue())
        sent = {"file": file, "number": reporter.number, "secret": reporter.secret}
        assert reporter.client.post("/hazard/photos", sent).json() == {"taken": True}
    kept = Attachment.objects.get()
    assert (kept.taken_at, kept.received_sha256) == (None, kept.sha256) and "Liu" not in kept.name
    assert reporter.asks().json()["photos"] == 1 and reporter.report.completeness == 3
    sent = {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF\n"), "number": reporter.number, "secret": reporter.secret}
    assert "a PDF may say who made it" in reporter.client.post("/hazard/photos", sent).json()["message"]


def test_from_receipt_to_closure(english: None, desk: User) -> None:
    reporter, (wang, zhao) = Reporter(), checkers()
    reporter.sends()
    report = reporter.report
    handling.accept(actor=desk, report_id=report.pk, now=NOW)
    handling.note(actor=desk, report_id=report.pk, words="known for this", now=NOW)
    handling.ask_reporter(actor=desk, report_id=report.pk, words="Which door?", now=NOW)
    assert reporter.asks("say", "The one to the yard.").status_code == 200
    handling.assign(actor=desk, report_id=report.pk, first_id=wang.pk, second_id=zhao.pk, now=NOW)
    told = reporter.asks().json()
    assert [one["text"] for one in told["lines"] if one["text"]] == ["Which door?", "The one to the yard."]
    assert "known for this" not in str(told) and "wang" not in str(told), "inner notes and checkers are nobody's to know"
    assert Notice.objects.filter(person__in=(wang, zhao), key__contains="assigned").count() == 2
    with pytest.raises(NotAllowed):
        checking.check(actor=desk, report_id=report.pk, verdict="true", words="x", now=NOW)  # type: ignore[arg-type]
    page = signed_in(wang).get(f"/hazard-reports/{report.pk}/").content.decode()
    assert "What you found" in page
    sent = {"verdict": "true", "words": "Chained, as reported."}
    signed_in(wang).post(f"/hazard-reports/{report.pk}/check/", sent)
    signed_in(wang).post(f"/hazard-reports/{report.pk}/check/", sent)  # again: nobody is told twice, and it counts no more
    report.refresh_from_db()
    assert (report.state, report.checked_as, report.checked_by) == ("assigned", "true", wang)
    assert Notice.objects.filter(person=zhao, key__contains="-sign-").count() == 1
    signed_in(zhao).post(f"/hazard-reports/{report.pk}/check/", {"verdict": "partly_true", "words": "By day it is open."})
    assert Notice.objects.filter(person=wang, key__contains="-sign-").count() == 1, "they differ: the first is asked again"
    signed_in(zhao).post(f"/hazard-reports/{report.pk}/check/", sent)
    signed_in(wang).post(f"/hazard-reports/{report.pk}/check/", sent)
    report.refresh_from_db()
    assert report.state == "true" and report.answer_due is not None
    checking.handle(actor=desk, report_id=report.pk, words="Chain removed, order issued.", finding="ZG-1", now=NOW)
    handling.answer(actor=desk, report_id=report.pk, words="The exit is open again.", now=NOW)
    told = reporter.asks().json()
    assert (told["state"], told["answer"], told["asks_gone"]) == ("answered", "The exit is open again.", True)
    with pytest.raises(Conflict, match="needs evidence"):
        handling.close(actor=desk, report_id=report.pk, words="", now=NOW)
    reporter.asks("gone")
    reporter.asks("still_there")
    with pytest.raises(Conflict, match="needs evidence"):
        handling.close(actor=desk, report_id=report.pk, words="", now=NOW)
    reporter.asks("gone")
    handling.close(actor=desk, report_id=report.pk, words="", now=NOW)
    act_id = new_id()
    assert [reporter.asks("reopen", "It is chained again.", act_id=act_id).status_code for _ in range(2)] == [200, 200]
    report.refresh_from_db()
    assert (report.state, report.reopened) == ("received", True)
    assert ReportEntry.objects.filter(report=report, act="reopen").count() == 1
    handling.refuse(actor=desk, report_id=report.pk, reason="same_matter", words="", now=NOW)
    again = reporter.asks("reopen", "Once more.")
    assert again.status_code == 409 and "done once" in again.json()["message"]


def test_a_known_firm_is_inspected_and_its_own_people_never_check(english: None, desk: User) -> None:
    firm = make_object("Hongda", organisation=make_body("hongda"))
    own = make_named_person("own", "inspector", firm.organisation)
    named = make_named_person("named", "inspector", name="Liu Wei")
    reporter, (wang, zhao) = Reporter(), checkers()
    reporter.sends(code=screen_token(firm, now=NOW), text=f"{TEXT} Liu Wei knows of it.")
    report = reporter.report
    assert {own, named}.isdisjoint(checkers_for(report)) and {wang, zhao} <= set(checkers_for(report))
    handling.accept(actor=desk, report_id=report.pk, now=NOW)
    with pytest.raises(InvalidInput, match="not named in the report"):
        handling.assign(actor=desk, report_id=report.pk, first_id=wang.pk, second_id=named.pk, now=NOW)
    handling.assign(actor=desk, report_id=report.pk, first_id=wang.pk, second_id=zhao.pk, now=NOW)
    inspection = Inspection.objects.get()
    assert (inspection.source, inspection.first_inspector, inspection.second_inspector) == ("report", wang, zhao)
    assert reporter.report.inspection == inspection


def test_malicious_takes_a_second_person(english: None, desk: User) -> None:
    second = make_named_person("second", "report_officer")
    reporter, (wang, zhao) = Reporter(), checkers()
    reporter.sends()
    pk = reporter.report.pk
    handling.accept(actor=desk, report_id=pk, now=NOW)
    handling.assign(actor=desk, report_id=pk, first_id=wang.pk, second_id=zhao.pk, now=NOW)
    for checker in (zhao, wang):
        signed_in(checker).post(f"/hazard-reports/{pk}/check/", {"verdict": "not_true", "words": "no such door"})
    checking.claim_malicious(actor=desk, report_id=pk, words="for the third time", now=NOW)
    with pytest.raises(NotAllowed, match="Another person"):
        checking.decide_malicious(actor=desk, report_id=pk, agreed=True, words="", now=NOW)
    checking.decide_malicious(actor=second, report_id=pk, agreed=True, words="so it is", now=NOW)
    assert reporter.report.state == "malicious"


def test_what_a_hotline_hands_in_stands_in_the_same_queue_once(english: None, desk: User) -> None:
    body = {"kind": "breach", "text": TEXT, "region_code": LICANG, "channel": "12345", "channel_reference": "QD-77"}
    client = signed_in(desk)
    told = client.post("/api/v1/mobilisation/hazard-reports", body, content_type="application/json").json()
    assert told["report"]["channel_name"] == "hotline 12345"
    again = client.post("/api/v1/mobilisation/hazard-reports", body, content_type="application/json")
    assert again.status_code == 409 and told["report"]["number"] in again.json()["message"]
    listed = client.get("/api/v1/mobilisation/hazard-reports?which=received").json()
    assert (listed["total"], listed["items"][0]["channel_reference"]) == (1, "QD-77")
    reporter = Reporter()
    reporter.number = told["report"]["number"]
    assert reporter.asks(secret=told["secret"]).json()["state"] == "received"
    told_in_a_file = b"".join(client.get("/hazard-reports/?which=open&format=csv"))  # type: ignore[call-overload]
    assert listed["items"][0]["number"] in told_in_a_file.decode()
    page = client.post(
        "/hazard-reports/new/take-in/",
        {"kind": "fire", "text": "smoke", "region_code": LICANG, "channel": "letter", "firm": "", "place": "", "since": ""},
    ).content.decode()
    assert 'id="secret"' in page and HazardReport.objects.get(channel="letter").kind == "fire"


def test_who_runs_late_is_told_once_of_each_clock(desk: User) -> None:
    reporter = Reporter()
    reporter.sends()
    due = reporter.report.accept_due
    assert due is not None
    for at in (NOW, due - timedelta(hours=2), due - timedelta(hours=1), due + timedelta(minutes=1), due + timedelta(hours=1)):
        watch_clocks(now=at)
    told = Notice.objects.filter(key__startswith=f"hazard-{reporter.id}-").exclude(key__contains="received")
    assert sorted(one.figures["matter"] for one in told) == ["late", "soon"]


def test_it_goes_up_a_level_where_no_body_answers_and_says_so(english: None) -> None:
    reporter = Reporter()
    told = reporter.sends().json()
    assert told["number"] and (reporter.report.organisation is None or reporter.report.fell_to == "" or told["fell_to"])


def test_danger_to_life_is_a_case_of_the_duty_desk_with_the_same_number(desk: User) -> None:
    reporter, calm = Reporter(), Reporter()
    reporter.sends(danger=True, text="Gas hisses in the stairwell of house 12.", kind="gas")
    calm.sends()
    assert [open_cases_of_dangers(now=NOW) for _ in range(2)] == [1, 0]
    case = Case.objects.get()
    assert (case.number, case.kind, case.set_level) == (reporter.number, "gas", 3) and case.caller == ""
    assert reporter.report.case_number == case.number and reporter.report.state == "received"
    duty = signed_in(make_person("duty_officer"))
    page = duty.get(f"/cases/{case.number}/").content.decode()
    assert "Gas hisses in the stairwell" in page
    listed = {
        one: signed_in(make_named_person(one, "duty_officer"), one).get("/cases/").content.decode() for one in ("en", "zh-hans")
    }
    assert "Report by the public: " in listed["en"] and "群众举报：" in listed["zh-hans"], "told to each in their own language"
    assert "群众举报" not in listed["en"] and case.title.startswith("群众举报："), "searches find it as the desk has it"
    Case.objects.update(matter={})
    import_module("tocsin.command.migrations.0003_matters_of_cases").fill_matters(apps, None)
    assert Case.objects.get().matter == {"by": "public_report", "kind": "gas"}, "as of one that was there before"
    close_case(
        actor=make_named_person("leads", "shift_leader"),
        case_id=case.pk,
        kind=OutcomeKind.SETTLED,
        text="the pipe is shut",
        despite=True,
    )
    assert Notice.objects.filter(figures__matter="case_closed", figures__number=case.number).exists()
