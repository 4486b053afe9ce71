"""A bundle goes to a machine without a network and its answer comes back: both forms, tampering, and a break in the middle."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.killed import dying, killed_in
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.mobilisation.test_key_exchange import exchange, key_of, opened_name
from tests.mobilisation.test_key_exchange import sealed as sealed
from tests.mobilisation.test_sealed_identity import officers as officers
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import IdentityKey, ReportPhoto, SealedIdentity
from tocsin.mobilisation.hazard_reports.rules.bundles import Answer, read_bundle, sha256_of
from tocsin.mobilisation.hazard_reports.rules.locks import LockVerdict
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
from tocsin.mobilisation.hazard_reports.services import bundles
from tocsin.mobilisation.hazard_reports.services import identity as openings
from tocsin.mobilisation.hazard_reports.services import keys as services
from tocsin.notices.messages.models import Notice
from tocsin.portal.commands.keys import keys as command
from tocsin.portal.station import read_parcel, reseal_parcel
from tocsin.records.attachments.models import Attachment
from tocsin.records.audit.models import AuditEntry
from tocsin.records.face import bytes_of, keep_prepared, prepare_sealed

pytestmark = pytest.mark.django_db
S, A = LockVerdict.SEALED, LockVerdict.ALREADY


def in_first_form(row: SealedIdentity | ReportPhoto, plain: bytes) -> bytes:
    """Plants a thing as versions without locks sealed it: to the officers' keys themselves."""
    inner = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(row.key_a.recipient)])
    data = bytes(pyrage.encrypt(inner, [pyrage.x25519.Recipient.from_str(row.key_b.recipient)]))
    row.lock_a = row.lock_b = row.inner_sha256 = ""
    row.lock_key_a = row.lock_key_b = b""
    return data


@pytest.fixture
def both_forms(sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path) -> list[Reporter]:
    """One name and the photo in the first form, two names with locks; then both keys were exchanged."""
    row = sealed[0].report.identity
    row.sealed = in_first_form(row, b'{"name": "Of before"}')
    row.save()
    photo = ReportPhoto.objects.get()
    data = in_first_form(photo, b"PK original of before")
    about: dict[str, Any] = {"object_type": "sealed_photo", "object_id": photo.report_id, "region_code": "370213"}
    photo.original = keep_prepared(prepare_sealed(data), actor=officers[Slot.A], now=NOW, **about)
    photo.save()
    for slot in Slot:
        exchange(officers, slot, tmp_path)
    return sealed


def bundle_of(slot: Slot, officers: dict[Slot, User], folder: Path) -> Path:
    file = folder / f"bundle-{slot}.zip"
    old = key_of(slot, replaced=True)
    answer = signed_in(officers[slot]).post(f"/identity/keys/{old.pk}/bundle/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    file.write_bytes(answer.content)
    return file


def sealed_anew(slot: Slot, officers: dict[Slot, User], folder: Path) -> bytes:
    """The answer of a machine that has nothing but the bundle and both old keys."""
    out = folder / f"answer-{slot}.zip"
    assert reseal_parcel(bundle_of(slot, officers, folder), [folder / "a.key", folder / "b.key"], out) == []
    return out.read_bytes()


def taken(slot: Slot, officers: dict[Slot, User], data: bytes) -> list[LockVerdict]:
    old = key_of(slot, replaced=True)
    return [one.verdict for one in bundles.take_answer(actor=officers[slot], key_id=old.pk, data=data, now=NOW).resealed]


def test_both_forms_are_sealed_anew_without_a_network(
    both_forms: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    watcher = make_named_person("watcher", "secrecy_supervisor")
    layers = [bytes(one.report.identity.sealed) for one in both_forms]
    was = ReportPhoto.objects.get().original
    assert was is not None
    assert taken(Slot.A, officers, sealed_anew(Slot.A, officers, tmp_path)) == [S] * 4
    rows = [one.report.identity for one in both_forms]
    assert bytes(rows[0].sealed) != layers[0] and [bytes(one.sealed) for one in rows[1:]] == layers[1:], "locks held"
    assert all(one.lock_a and one.lock_b for one in rows)
    assert not Attachment.objects.filter(pk=was.pk).exists(), "the original of before is gone"
    old_b = key_of(Slot.B, replaced=True)
    left = SealedIdentity.objects.filter(key_b=old_b).count()
    assert left == 2, "what was in the first form has left both old keys at once"
    assert taken(Slot.B, officers, sealed_anew(Slot.B, officers, tmp_path)) == [S] * 2
    new = {slot: f"{slot}-new.key" for slot in Slot}
    names = [opened_name(officers, one.number, tmp_path, new) for one in both_forms]
    assert names == ["Of before", "Reporter 1", "Reporter 2"]
    photo = ReportPhoto.objects.get()
    assert photo.original is not None and opens_with(photo, tmp_path, "{}-new.key") == b"PK original of before"
    for row in (*SealedIdentity.objects.all(), photo):
        for slot in Slot:
            with pytest.raises(pyrage.DecryptError):
                pyrage.decrypt(row.lock_key(slot), [identity_of(tmp_path / f"{slot}.key")])
    for slot in Slot:
        services.destroy_key(actor=officers[slot], key_id=key_of(slot, replaced=True).pk, now=NOW)
    told = {one.figures["matter"] for one in Notice.objects.filter(person=watcher)}
    assert {"reseal_bundle", "reseal_begun", "reseal_done"} <= told
    acts = set(AuditEntry.objects.filter(object_type="identity_key").values_list("action", flat=True))
    assert {"identity_key.bundled", "identity_key.resealed"} <= acts
    written = str([one.details for one in AuditEntry.objects.all()])
    assert "Of before" not in written and "AGE-SECRET" not in written


def identity_of(file: Path) -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.from_str(file.read_text().splitlines()[-1])


def opens_with(row: ReportPhoto, folder: Path, form: str) -> bytes:
    """The original, opened by the two files of that form."""
    keys = {slot: identity_of(folder / form.format(slot)) for slot in Slot}
    locks = [pyrage.decrypt(row.lock_key(slot), [keys[slot]]).decode().strip() for slot in Slot]
    a, b = (pyrage.x25519.Identity.from_str(one) for one in locks)
    assert row.original is not None
    return bytes(pyrage.decrypt(pyrage.decrypt(bytes_of(row.original), [b]), [a]))


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_while_it_takes_an_answer_loses_nothing_and_the_next_goes_on(
    both_forms: list[Reporter], officers: dict[Slot, User], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, keys, out = bundle_of(Slot.A, officers, tmp_path), [tmp_path / "a.key", tmp_path / "b.key"], tmp_path / "answer.zip"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", dying(os.fsync, at=1))
        killed_in(lambda: reseal_parcel(bundle, keys, out))
    assert not out.exists(), "the officer's machine went out: there is no half of an answer"
    assert reseal_parcel(bundle, keys, out) == []
    answer = out.read_bytes()

    with monkeypatch.context() as patched:  # the name of before is told of under both keys: the third thing is in hand
        patched.setattr(bundles, "tell_resealed", dying(bundles.tell_resealed, at=4))
        killed_in(lambda: taken(Slot.A, officers, answer))
    old = key_of(Slot.A, replaced=True)
    assert 0 < SealedIdentity.objects.filter(key_a=old).count() < 3, "what was taken stays, the one in hand was not"
    for row in SealedIdentity.objects.all():
        assert (row.key_a == old) == (not row.lock_a or row.key_a.replaced_at is not None), "no half of a thing"
    again = taken(Slot.A, officers, answer)
    assert set(again) == {S, A} and not SealedIdentity.objects.filter(key_a=old).exists()
    assert taken(Slot.A, officers, answer) == [A] * 4, "and once more changes nothing"
    told = [one.details["items"] for one in AuditEntry.objects.filter(action="identity_key.resealed")]
    assert len({str(one) for one in told}) == 4, "each thing stands in the audit trail, what was undone does not"


def changed(file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """The same ZIP with something changed in it."""
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, data in files.items():
            archive.writestr(name, data)
    return file


def another_file(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    files[manifest["items"][0]["item"]] += b"x"


def a_thing_twice(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    manifest["items"] *= 2


def one_is_missing(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    del files[manifest["items"][0]["item"]]


TAMPERED = {
    "a file was changed": (another_file, "is not what was put into it: it was changed on the way"),
    "a thing stands twice": (a_thing_twice, "names a thing twice"),
    "a file is missing": (one_is_missing, "a part of it is missing"),
}


@pytest.mark.parametrize(("change", "words"), TAMPERED.values(), ids=TAMPERED)
def test_a_bundle_that_was_changed_is_refused_with_its_reason(
    change: Callable[[dict[str, Any], dict[str, bytes]], None],
    words: str,
    both_forms: list[Reporter],
    officers: dict[Slot, User],
    tmp_path: Path,
) -> None:
    bundle = changed(bundle_of(Slot.A, officers, tmp_path), change)
    with pytest.raises(InvalidInput, match=words):
        reseal_parcel(bundle, [tmp_path / "a.key", tmp_path / "b.key"], tmp_path / "answer.zip")
    assert not (tmp_path / "answer.zip").exists()
    answer = tmp_path / "answer-a.zip"
    answer.write_bytes(sealed_anew(Slot.A, officers, tmp_path))
    with pytest.raises(InvalidInput, match=words):
        taken(Slot.A, officers, changed(answer, change).read_bytes())
    assert SealedIdentity.objects.filter(key_a=key_of(Slot.A, replaced=True)).count() == 3


def test_what_is_not_what_was_handed_out_is_not_taken(
    both_forms: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    """Sealed files and hashes changed together on the way there; and other keys in the place of the new ones."""

    def another_hash(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        for one in manifest["items"]:
            one["was"] = sha256_of(b"something else")

    def other_keys(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        manifest["to"]["a"] = str(pyrage.x25519.Identity.generate().to_public())

    answer = tmp_path / "answer.zip"
    answer.write_bytes(sealed_anew(Slot.A, officers, tmp_path))
    assert taken(Slot.A, officers, changed(answer, another_hash).read_bytes()) == [LockVerdict.ALTERED] * 4
    answer.write_bytes(sealed_anew(Slot.A, officers, tmp_path))
    with pytest.raises(InvalidInput, match="sealed to other keys than those in force"):
        taken(Slot.A, officers, changed(answer, other_keys).read_bytes())
    with pytest.raises(InvalidInput, match="belongs to another key"):
        taken(Slot.B, officers, sealed_anew(Slot.A, officers, tmp_path))
    assert SealedIdentity.objects.filter(key_a=key_of(Slot.A, replaced=True)).count() == 3


def test_what_is_being_opened_keeps_its_locks(both_forms: list[Reporter], officers: dict[Slot, User], tmp_path: Path) -> None:
    answer = sealed_anew(Slot.A, officers, tmp_path)
    asked = openings.ask_for_identity(actor=officers[Slot.B], number=both_forms[0].number, reason="the reward", now=NOW)
    assert sorted(taken(Slot.A, officers, answer)) == sorted([LockVerdict.OPENING, S, S, S])
    openings.decide_request(actor=officers[Slot.A], request_id=asked.pk, agreed=False, now=NOW + timedelta(minutes=1))
    assert sorted(taken(Slot.A, officers, answer)) == sorted([S, A, A, A])


def test_nobody_but_its_officer_takes_a_bundle(both_forms: list[Reporter], officers: dict[Slot, User], tmp_path: Path) -> None:
    old = key_of(Slot.A, replaced=True)
    with pytest.raises(NotAllowed):
        bundles.make_bundle(actor=officers[Slot.B], key_id=old.pk, now=NOW)
    far = make_named_person("far", "identity_keeper", region="370211")
    with pytest.raises(IdentityKey.DoesNotExist):
        bundles.make_bundle(actor=far, key_id=old.pk, now=NOW)
    with pytest.raises(Conflict, match="in force"):
        bundles.make_bundle(actor=officers[Slot.A], key_id=key_of(Slot.A, replaced=False).pk, now=NOW)


def test_the_page_and_programs_take_the_same_answer(
    both_forms: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    client, old = signed_in(officers[Slot.A]), key_of(Slot.A, replaced=True)
    page = client.get("/identity/").content.decode()
    assert "sealed anew by a bundle alone, with both old private keys" in page and "Take the bundle" in page
    address = f"/api/v1/mobilisation/identity/keys/{old.pk}"
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(client.post(f"{address}/bundle").content)
    told = CliRunner().invoke(
        command,
        ["reseal", "--bundle", str(bundle), "--key", str(tmp_path / "a.key"), "--out", str(tmp_path / "half")],
        input="y\n",
    )
    assert told.exit_code == 1 and "give both old private keys" in told.output, "the first form needs both"
    keys = [one for slot in Slot for one in ("--key", str(tmp_path / f"{slot}.key"))]
    refused = CliRunner().invoke(command, ["reseal", "--bundle", str(bundle), *keys, "--out", str(tmp_path / "no")], input="n\n")
    assert refused.exit_code == 1 and not (tmp_path / "no").exists()
    assert read_parcel(bundle).ends_a in refused.output
    done = subprocess.run(
        [str(Path(sys.executable).with_name("tocsin")), "keys",
         "reseal", "--bundle", str(bundle), *keys, "--out", str(tmp_path / "answer"), "--yes"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, timeout=60,
    )  # fmt: skip
    assert "4 sealed anew" in done.stdout
    for name in ("half", "answer"):
        file = SimpleUploadedFile("answer.zip", (tmp_path / name).read_bytes())
        answer = client.post(f"/identity/keys/{old.pk}/answer/", {"file": file}, follow=True).content.decode()
        assert ("2 sealed anew, 2 left" if name == "half" else "sealed anew, 0 left") in answer or "by now" in answer
    file = SimpleUploadedFile("answer.zip", (tmp_path / "answer").read_bytes())
    again = client.post(f"{address}/answer", {"file": file})
    assert again.status_code == 200 and again.json()["left"] == 0
    assert client.post(f"{address}/answer", {"file": SimpleUploadedFile("x", b"none")}).status_code == 400


def test_a_file_whose_packing_is_broken_is_refused_and_nothing_fails() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "x" * 1000)
    whole = bytearray(packed.getvalue())
    begin = 30 + len("manifest.json")
    whole[begin : begin + 4] = b"\xff" * 4
    with pytest.raises(InvalidInput, match="no bundle or answer"):
        read_bundle(bytes(whole), Answer)
