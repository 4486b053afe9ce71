"""Who reported is opened by two officers together and by nobody alone; this server never can."""

import hashlib
import zipfile
from pathlib import Path

import msgspec
import pyrage
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.people import make_named_person, make_person, signed_in
from tests.pictures import photo
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import IdentityKey, IdentityRequest
from tocsin.mobilisation.hazard_reports.queries.identity import openings_to_act_on, others_of
from tocsin.mobilisation.hazard_reports.rules.sealing import RequestVerdict, Slot, judge_agreement, read_recipient, require_sealed
from tocsin.mobilisation.hazard_reports.services import identity as services
from tocsin.notices.messages.models import Notice
from tocsin.portal.commands.keys import keys as command
from tocsin.records.attachments.services.keeping import bytes_of
from tocsin.records.audit.models import AuditEntry

WHO = {"name": "Liu Reporter", "telephone": "137-0532-0911"}

AGREED = [
    ("the other one", 2, False, RequestVerdict.GOES_ON),
    ("who asked", 1, False, RequestVerdict.ONESELF),
    ("somebody else", 3, False, RequestVerdict.NO_HOLDER),
    ("twice", 2, True, RequestVerdict.OVER),
]


@pytest.mark.parametrize(("name", "actor", "decided", "verdict"), AGREED, ids=[one[0] for one in AGREED])
def test_the_other_officer_agrees(name: str, actor: int, decided: bool, verdict: RequestVerdict) -> None:
    assert judge_agreement(asked_by=1, actor=actor, holders=(1, 2), decided=decided) is verdict


def test_what_is_no_public_key_and_no_sealed_file_is_refused() -> None:
    pair = pyrage.x25519.Identity.generate()
    assert read_recipient(f" {pair.to_public()}\n") == str(pair.to_public())
    for given, words in ((str(pair), "private key"), ("age1none", "begins with age1"), ("", "begins with age1")):
        with pytest.raises(InvalidInput, match=words):
            read_recipient(given)
    with pytest.raises(InvalidInput, match="no sealed file"):
        require_sealed(b'{"name": "Liu"}')


@pytest.fixture
def officers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[Slot, User]:
    """Two keepers with keys that they made on their own machines."""
    stand_at(monkeypatch, NOW)
    make_person("report_officer", organisation="emergency_bureau")
    made = {slot: make_named_person(f"keeper-{slot}", "identity_keeper") for slot in Slot}
    for slot, second in ((Slot.A, Slot.B), (Slot.B, Slot.A)):
        told = CliRunner().invoke(command, ["identity", str(tmp_path / f"{slot}.key")])
        recipient = told.output.split()[0]
        signed_in(made[slot]).post("/identity/keys/", {"slot": slot.value, "recipient": recipient})
        waiting = IdentityKey.objects.get(recipient=recipient)
        signed_in(made[second]).post(f"/identity/keys/{waiting.pk}/decide/", {"taken": "yes"})
    return made


def turns(officers: dict[Slot, User]) -> list[Slot]:
    """Before whom the opening stands on what waits."""
    return [slot for slot, officer in officers.items() if openings_to_act_on(officer, NOW)]


@pytest.mark.django_db
def test_without_keys_a_name_is_not_taken_and_the_page_says_why(english: None) -> None:
    reporter = Reporter()
    assert '"sealed": false' in reporter.client.get("/hazard/").content.decode()
    answer = reporter.sends(mode="hidden", identity=WHO)
    assert answer.status_code == 400 and "No keys seal a name" in answer.json()["message"]
    assert "name and telephone number" in reporter.sends(mode="named").json()["message"]


@pytest.mark.django_db
def test_two_officers_open_it_together(english: None, officers: dict[Slot, User], tmp_path: Path) -> None:
    watcher = make_named_person("watcher", "secrecy_supervisor")
    reporter = Reporter()
    assert '"sealed": true' in reporter.client.get("/hazard/").content.decode()
    assert reporter.sends(mode="hidden", identity=WHO).status_code == 200
    assert others_of("13705320911").count() == 1 and not others_of("13705320912").exists()
    a, b = (signed_in(officers[slot]) for slot in Slot)
    b.post("/identity/ask/", {"number": reporter.number, "reason": "the reward is to be paid"})
    request = IdentityRequest.objects.get()
    decide = f'action="/identity/{request.pk}/decide/"'
    assert decide in a.get("/identity/").content.decode()
    own = b.get("/identity/").content.decode()
    assert decide not in own and f"Waits for {officers[Slot.A]}." in own, "who asked does not answer"
    assert turns(officers) == [Slot.A]
    with pytest.raises(NotAllowed, match="The other one"):
        services.decide_request(actor=officers[Slot.B], request_id=request.pk, agreed=True, now=NOW)
    with pytest.raises(Conflict, match="before the other officer has agreed"):
        services.take_out(actor=officers[Slot.B], request_id=request.pk, now=NOW)
    a.post(f"/identity/{request.pk}/decide/", {"agreed": "yes"})
    assert turns(officers) == [Slot.B]
    assert Notice.objects.filter(person=watcher, key__contains="opened").count() == 1
    outer, half, opened = (tmp_path / name for name in ("outer.age", "half.age", "who.json"))
    outer.write_bytes(b.post(f"/identity/{request.pk}/take/").content)
    wrong = CliRunner().invoke(command, ["open", str(outer), "--key", str(tmp_path / "a.key"), "--out", str(half)])
    assert wrong.exit_code and "is not opened by this key" in str(wrong.exception) and not half.exists()
    done = CliRunner().invoke(command, ["open", str(outer), "--key", str(tmp_path / "b.key"), "--out", str(half)])
    assert done.exit_code == 0, done.output
    with pytest.raises(Conflict, match="Officer B opens"):
        services.take_out(actor=officers[Slot.A], request_id=request.pk, now=NOW)
    b.post(f"/identity/{request.pk}/hand-on/", {"file": SimpleUploadedFile("half.age", half.read_bytes())})
    assert turns(officers) == [Slot.A]
    inner = tmp_path / "inner.age"
    inner.write_bytes(a.post(f"/identity/{request.pk}/take/").content)
    CliRunner().invoke(command, ["open", str(inner), "--key", str(tmp_path / "a.key"), "--out", str(opened)])
    told = msgspec.json.decode(opened.read_bytes())
    assert (told["name"], told["telephone"], told["number"]) == (WHO["name"], WHO["telephone"], reporter.number)
    a.post(f"/identity/{request.pk}/end/")
    request.refresh_from_db()
    assert turns(officers) == []
    assert request.inner is None and request.ended_at == NOW
    acts = set(AuditEntry.objects.filter(object_id=str(reporter.id)).values_list("action", flat=True))
    assert {"identity.asked", "identity.agreed", "identity.taken", "identity.handed_on", "identity.ended"} <= acts


@pytest.mark.django_db
def test_the_original_of_a_photo_is_opened_like_a_name(english: None, officers: dict[Slot, User], tmp_path: Path) -> None:
    watcher = make_named_person("watcher", "secrecy_supervisor")
    reporter, unnamed, taken = Reporter(), Reporter(), photo()
    assert reporter.sends(mode="hidden", identity=WHO, lon=120.4, lat=36.17).status_code == 200
    assert unnamed.sends(lon=120.4, lat=38.2).status_code == 200
    for one in (reporter, reporter, unnamed):
        assert one.shows(taken, name="IMG_4711.jpg").status_code == 200
    known, plain = reporter.report.photos.get(), unnamed.report.photos.get()
    assert (known.number, known.far, plain.far, plain.original) == (1, False, True, None), "36°10'30'' N and nothing else is told"
    assert reporter.report.looks == unnamed.report.looks
    assert known.original is not None and bytes_of(known.original).startswith(b"age-encryption.org/v1")
    assert b"OwnerOfThePhone" not in bytes_of(known.copy) and known.original.name == "sealed.age"
    desk = signed_in(make_person("report_officer"))
    assert desk.get(f"/records/attachments/{known.copy_id}/").status_code == 200
    for person in (desk, *(signed_in(officers[slot]) for slot in Slot)):
        assert person.get(f"/records/attachments/{known.original_id}/").status_code == 403
    a, b = (signed_in(officers[slot]) for slot in Slot)
    refused = a.post("/identity/ask/", {"number": unnamed.number, "photo": "1", "reason": "who was it"}, follow=True)
    assert "No report of this number" in refused.content.decode()
    refused = a.post("/identity/ask/", {"number": reporter.number, "photo": "2", "reason": "there is none"}, follow=True)
    assert "No original of photo 2" in refused.content.decode()
    a.post("/identity/ask/", {"number": reporter.number, "photo": "1", "reason": "where was it taken"})
    request = IdentityRequest.objects.get()
    b.post(f"/identity/{request.pk}/decide/", {"agreed": "yes"})
    assert Notice.objects.filter(person=watcher, key__contains="opened").count() == 1
    outer, half, inner, opened = (tmp_path / name for name in ("outer", "half", "inner", "original.zip"))
    outer.write_bytes(b.post(f"/identity/{request.pk}/take/").content)
    CliRunner().invoke(command, ["open", str(outer), "--key", str(tmp_path / "b.key"), "--out", str(half)])
    b.post(f"/identity/{request.pk}/hand-on/", {"file": SimpleUploadedFile("half", half.read_bytes())})
    inner.write_bytes(a.post(f"/identity/{request.pk}/take/").content)
    CliRunner().invoke(command, ["open", str(inner), "--key", str(tmp_path / "a.key"), "--out", str(opened)])
    with zipfile.ZipFile(opened) as archive:
        about = msgspec.json.decode(archive.read("about.json"))
        assert archive.read("original.jpg") == taken
    assert (about["number"], about["name"], about["sha256"]) == (
        reporter.number,
        "IMG_4711.jpg",
        hashlib.sha256(taken).hexdigest(),
    )


@pytest.mark.django_db
def test_only_the_officers_of_a_report_ask_for_it(english: None, officers: dict[Slot, User]) -> None:
    reporter = Reporter()
    reporter.sends(mode="named", identity=WHO)
    outsider = make_named_person("outsider", "identity_keeper")
    with pytest.raises(NotAllowed, match="whose keys sealed"):
        services.ask_for_identity(actor=outsider, number=reporter.number, reason="curious", now=NOW)
    assert signed_in(make_person("report_officer")).get("/identity/").status_code == 403
