"""An officer's key is exchanged: its officer alone seals anew what stands under the old one; provably, and nothing is opened."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import pytest
import urllib3
from click.testing import CliRunner
from django.test import Client

from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.mobilisation.test_sealed_identity import WHO
from tests.mobilisation.test_sealed_identity import officers as officers
from tests.people import make_named_person, signed_in
from tests.pictures import photo
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Unavailable
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import IdentityKey, IdentityRequest, ReportPhoto, SealedIdentity
from tocsin.mobilisation.hazard_reports.queries.exchange import Standing
from tocsin.mobilisation.hazard_reports.queries.identity import keys_for
from tocsin.mobilisation.hazard_reports.rules.locks import LockVerdict, opens, seal
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
from tocsin.mobilisation.hazard_reports.services import identity as openings
from tocsin.mobilisation.hazard_reports.services import keys as services
from tocsin.mobilisation.hazard_reports.services.resealing import HandedIn, Step, list_items, reseal
from tocsin.mobilisation.hazard_reports.shown.keys import state_of
from tocsin.notices.messages.models import Notice
from tocsin.portal.backup.sealing import new_identity, read_identities
from tocsin.portal.commands.keys import keys as command
from tocsin.portal.station import Server, open_lock, reseal_all
from tocsin.records.audit.models import AuditEntry

ADDRESS = "http://localhost"
NOTHING = {"replaced_at": None, "lost_at": None, "destroyed_at": None, "waits": False}
STATES = [
    ("a new one", {"waits": True}, 0, "waiting"),
    ("declined", {"waits": True, "replaced_at": NOW}, 0, "declined"),
    ("in force", {}, 4, "in_force"),
    ("replaced", {"replaced_at": NOW}, 4, "retired"),
    ("replaced, nothing under it", {"replaced_at": NOW}, 0, "empty"),
    ("lost", {"replaced_at": NOW, "lost_at": NOW}, 4, "lost"),
    ("lost and destroyed", {"replaced_at": NOW, "lost_at": NOW, "destroyed_at": NOW}, 4, "destroyed"),
]


@pytest.mark.parametrize(("name", "fields", "under", "state"), STATES, ids=[one[0] for one in STATES])
def test_where_a_key_stands(name: str, fields: dict[str, Any], under: int, state: str) -> None:
    assert state_of(IdentityKey(slot="a", **{**NOTHING, **fields}), Standing(identities=under)) == state


def test_two_locks_are_opened_one_after_the_other_and_by_neither_officer_alone() -> None:
    pairs = {slot: pyrage.x25519.Identity.generate() for slot in Slot}
    locked = seal(b"who it was", for_a=str(pairs[Slot.A].to_public()), for_b=str(pairs[Slot.B].to_public()))
    locks = {slot: pyrage.decrypt(key, [pairs[slot]]).decode() for slot, key in ((Slot.A, locked.a.key), (Slot.B, locked.b.key))}
    assert (
        opens(locks[Slot.A], locked.a.public) and not opens(locks[Slot.A], locked.b.public) and not opens("age", locked.a.public)
    )
    a, b = (pyrage.x25519.Identity.from_str(locks[slot].strip()) for slot in Slot)
    assert pyrage.decrypt(pyrage.decrypt(locked.data, [b]), [a]) == b"who it was"
    for alone in ([a], [*pairs.values()]):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(locked.data, alone)


@dataclass
class Line:
    """The way from a station to the server, as `urllib3` would go it; it can break behind a request."""

    client: Client
    breaks_after: int = 1000
    sent: int = 0

    def request(self, method: str, url: str, *, body: bytes | None, **_other: object) -> Any:
        assert "AGE-SECRET-KEY" not in url
        path = url.removeprefix(ADDRESS)
        answer = self.client.get(path) if method == "GET" else self.client.post(path, body, content_type="application/json")
        self.sent += method == "POST"
        if self.sent >= self.breaks_after and method == "POST":
            raise urllib3.exceptions.ProtocolError("connection broken")
        return Answer(answer.status_code, answer.content)


@dataclass(frozen=True)
class Answer:
    status: int
    data: bytes


def station(officer: User, *, breaks_after: int = 1000) -> Server:
    made = Server(ADDRESS, "a token")
    made._pool = Line(signed_in(officer), breaks_after)  # type: ignore[assignment]  # the same one method
    return made


@pytest.fixture
def sealed(english: None, officers: dict[Slot, User]) -> list[Reporter]:
    """Three names and the original of one photo."""
    reporters = [Reporter() for _ in range(3)]
    for at, one in enumerate(reporters):
        assert one.sends(mode="hidden", identity={**WHO, "name": f"Reporter {at}"}).status_code == 200
    assert reporters[0].shows(photo()).status_code == 200
    return reporters


def exchange(officers: dict[Slot, User], slot: Slot, folder: Path, name: str = "new") -> IdentityKey:
    """A new key of that officer, taken by the other one; its file is SLOT-NAME.key."""
    recipient = new_identity(folder / f"{slot}-{name}.key")
    made = services.propose_key(actor=officers[slot], slot=slot, recipient=recipient, now=NOW)
    second = next(person for place, person in officers.items() if place != slot)
    return services.decide_key(actor=second, key_id=made.pk, taken=True, now=NOW)


def key_of(slot: Slot, *, replaced: bool) -> IdentityKey:
    return IdentityKey.objects.get(slot=slot, waits=False, replaced_at__isnull=not replaced)


def secrets_under(key: IdentityKey, file: Path) -> list[HandedIn]:
    """What that officer's station opens of the list."""
    own = read_identities(file)
    items = list_items(actor=key.holder, key_id=key.pk)
    return [HandedIn(one.name, pyrage.decrypt(one.row.lock_key(key.slot), own).decode()) for one in items]


def opened_name(officers: dict[Slot, User], number: str, folder: Path, keys: dict[Slot, str]) -> str:
    """Who reported that, opened by the two with these files."""
    request = openings.ask_for_identity(actor=officers[Slot.B], number=number, reason="who is it", now=NOW)
    openings.decide_request(actor=officers[Slot.A], request_id=request.pk, agreed=True, now=NOW)
    half = opened_by(officers[Slot.B], request, folder, keys[Slot.B])
    openings.hand_on(actor=officers[Slot.B], request_id=request.pk, data=half, now=NOW)
    whole = opened_by(officers[Slot.A], request, folder, keys[Slot.A])
    openings.end_request(actor=officers[Slot.A], request_id=request.pk, now=NOW)
    return str(msgspec.json.decode(whole)["name"])


def opened_by(officer: User, request: IdentityRequest, folder: Path, key: str) -> bytes:
    taken = folder / "taken"
    taken.write_bytes(openings.take_out(actor=officer, request_id=request.pk, now=NOW))
    return open_lock(taken, [folder / key])


@pytest.mark.django_db
def test_a_new_key_counts_once_a_second_person_has_taken_it(
    sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    watcher = make_named_person("watcher", "secrecy_supervisor")
    before = key_of(Slot.A, replaced=False)
    a, b = officers[Slot.A], officers[Slot.B]
    recipient = new_identity(tmp_path / "a-new.key")
    told = signed_in(a).post("/identity/keys/", {"slot": "a", "recipient": recipient}, follow=True).content.decode()
    assert "a second person compares it" in told
    waiting = IdentityKey.objects.get(recipient=recipient)
    assert waiting.waits and keys_for("370213") == (before, key_of(Slot.B, replaced=False))
    for words, act in (
        ("known here already", lambda: services.propose_key(actor=a, slot=Slot.A, recipient=before.recipient, now=NOW)),
        ("waits in this place", lambda: services.propose_key(actor=a, slot=Slot.A, recipient=fresh(), now=NOW)),
        ("one lock", lambda: services.propose_key(actor=b, slot=Slot.A, recipient=fresh(), now=NOW)),
        ("second person", lambda: services.decide_key(actor=a, key_id=waiting.pk, taken=True, now=NOW)),
    ):
        with pytest.raises((Conflict, NotAllowed), match=words):
            act()
    page = signed_in(watcher).get("/identity/").content.decode()
    assert "It is the same: take it" in page and recipient[-4:] in page
    assert "New identity key" in signed_in(watcher).get("/waiting/").content.decode()
    signed_in(watcher).post(f"/identity/keys/{waiting.pk}/decide/", {"taken": "yes"})
    waiting.refresh_from_db()
    assert (waiting.waits, waiting.taken_by) == (False, watcher) and key_of(Slot.A, replaced=True) == before
    late = Reporter()
    assert late.sends(mode="named", identity=WHO).status_code == 200
    assert SealedIdentity.objects.get(report=late.report).key_a == waiting
    known = {one["recipient"]: one for one in signed_in(a).get("/api/v1/mobilisation/identity/keys").json()}
    old, new = known[before.recipient], known[recipient]
    assert (old["state"], old["identities"], old["photos"], old["to_reseal"]) == ("retired", 3, 1, 4)
    assert (new["state"], new["identities"], new["taken_by"]) == ("in_force", 1, str(watcher))
    assert "Seal 4 things anew" in signed_in(a).get("/identity/").content.decode()
    assert "Seal 4 things anew" not in signed_in(b).get("/identity/").content.decode()
    told = {one.figures["matter"] for one in Notice.objects.filter(person=watcher)}
    assert {"proposed", "reseal"} <= told, "whoever watches over secrecy hears of both"
    declined = services.propose_key(actor=a, slot=Slot.A, recipient=fresh(), now=NOW)
    services.decide_key(actor=a, key_id=declined.pk, taken=False, now=NOW)
    services.propose_key(actor=a, slot=Slot.A, recipient=declined.recipient, now=NOW)


def fresh() -> str:
    return str(pyrage.x25519.Identity.generate().to_public())


@pytest.mark.django_db
@pytest.mark.parametrize("slot", list(Slot))
def test_each_officer_seals_anew_alone_on_the_own_station(
    slot: Slot, sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    watcher = make_named_person("watcher", "secrecy_supervisor")
    layers = {one.pk: bytes(one.sealed) for one in SealedIdentity.objects.all()}
    new = exchange(officers, slot, tmp_path)
    old = key_of(slot, replaced=True)
    with pytest.raises(Conflict, match="4 sealed things still stand"):
        services.destroy_key(actor=officers[slot], key_id=old.pk, now=NOW)
    said: list[str] = []
    assert reseal_all(station(officers[slot]), [tmp_path / f"{slot}.key"], say=said.append) == 0
    assert said[0].endswith("4 to seal anew") and "destroy the private key" in said[-1]
    assert list_items(actor=officers[slot], key_id=old.pk) == ()
    assert {one.pk: bytes(one.sealed) for one in SealedIdentity.objects.all()} == layers, "no layer of it was touched"
    for row in (*SealedIdentity.objects.all(), ReportPhoto.objects.get()):
        assert (row.key_a if slot is Slot.A else row.key_b) == new
    files = {**{one: f"{one}.key" for one in Slot}, slot: f"{slot}-new.key"}
    assert [opened_name(officers, one.number, tmp_path, files) for one in sealed] == ["Reporter 0", "Reporter 1", "Reporter 2"]
    assert reseal_all(station(officers[slot]), [tmp_path / f"{slot}.key"], say=said.append) == 0, "once more is nothing more"
    services.destroy_key(actor=officers[slot], key_id=old.pk, now=NOW)
    acts = set(AuditEntry.objects.filter(object_id=str(old.pk)).values_list("action", flat=True))
    assert {"identity_key.resealed", "identity_key.destroyed"} <= acts
    told = {one.figures["matter"] for one in Notice.objects.filter(person=watcher)}
    assert {"key", "reseal", "reseal_begun", "reseal_done", "key_destroyed"} - {"key"} <= told
    written = str([one.details for one in AuditEntry.objects.filter(object_type="identity_key")])
    assert "AGE-SECRET" not in written and "Reporter 0" not in written


@pytest.mark.django_db
def test_a_station_that_dies_between_steps_goes_on_where_it_was(
    sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.portal.station.AT_ONCE", 1)
    exchange(officers, Slot.A, tmp_path)
    old = key_of(Slot.A, replaced=True)
    with pytest.raises(Unavailable, match="What was done stays done"):
        reseal_all(station(officers[Slot.A], breaks_after=2), [tmp_path / "a.key"], say=str)
    assert len(list_items(actor=officers[Slot.A], key_id=old.pk)) == 2, "the step whose answer was lost was done"
    assert reseal_all(station(officers[Slot.A]), [tmp_path / "a.key"], say=str) == 0
    files = {Slot.A: "a-new.key", Slot.B: "b.key"}
    assert [opened_name(officers, one.number, tmp_path, files) for one in sealed] == ["Reporter 0", "Reporter 1", "Reporter 2"]


def verdicts(step: Step) -> list[LockVerdict]:
    return [one.verdict for one in step.resealed]


@pytest.mark.django_db
def test_two_stations_a_wrong_lock_key_and_a_list_of_yesterday(
    sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    a = officers[Slot.A]
    exchange(officers, Slot.A, tmp_path)
    old = key_of(Slot.A, replaced=True)
    handed = secrets_under(old, tmp_path / "a.key")
    swapped = [HandedIn(handed[0].item, handed[1].secret), handed[1], HandedIn(handed[2].item, "AGE-SECRET-KEY-1NONE")]
    wrong, done, none = verdicts(reseal(actor=a, key_id=old.pk, handed=swapped, now=NOW))
    assert (wrong, done, none) == (LockVerdict.WRONG, LockVerdict.SEALED, LockVerdict.WRONG)
    assert len(list_items(actor=a, key_id=old.pk)) == 3, "what was refused was not changed, the others went on"
    assert set(verdicts(reseal(actor=a, key_id=old.pk, handed=handed, now=NOW))) == {LockVerdict.SEALED, LockVerdict.ALREADY}
    kept = {one.pk: bytes(one.lock_key_a) for one in SealedIdentity.objects.all()}
    second = reseal(actor=a, key_id=old.pk, handed=handed, now=NOW)
    assert set(verdicts(second)) == {LockVerdict.ALREADY} and second.left == 0
    assert {one.pk: bytes(one.lock_key_a) for one in SealedIdentity.objects.all()} == kept, "the second station changes nothing"
    exchange(officers, Slot.A, tmp_path, "third")
    stale = reseal(actor=a, key_id=old.pk, handed=handed[:1], now=NOW)
    assert verdicts(stale) == [LockVerdict.STALE]
    sealed[1].report.identity.delete()
    gone = next(one for one in handed if one.item == f"identity-{sealed[1].id}")
    assert verdicts(reseal(actor=a, key_id=old.pk, handed=[gone], now=NOW)) == [LockVerdict.GONE]
    with pytest.raises(InvalidInput, match="names nothing that is sealed"):
        reseal(actor=a, key_id=old.pk, handed=[HandedIn("name-4711", "x")], now=NOW)


@pytest.mark.django_db
def test_nobody_else_reads_the_list_and_a_wrong_private_key_changes_nothing(
    sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    exchange(officers, Slot.A, tmp_path)
    old = key_of(Slot.A, replaced=True)
    address = f"/api/v1/mobilisation/identity/keys/{old.pk}/locks"
    people = (officers[Slot.B], make_named_person("watcher", "secrecy_supervisor"), make_named_person("third", "identity_keeper"))
    for person in people:
        assert signed_in(person).get(address).status_code == 403
    in_force = key_of(Slot.A, replaced=False)
    assert signed_in(officers[Slot.A]).get(address.replace(str(old.pk), str(in_force.pk))).status_code == 409
    said: list[str] = []
    with pytest.raises(InvalidInput, match="knows none of these keys"):
        new_identity(tmp_path / "another.key")
        reseal_all(station(officers[Slot.A]), [tmp_path / "another.key"], say=said.append)
    with pytest.raises(InvalidInput, match="is in force"):
        reseal_all(station(officers[Slot.A]), [tmp_path / "a-new.key"], say=said.append)
    with pytest.raises(NotAllowed):
        reseal_all(station(officers[Slot.B]), [tmp_path / "a.key"], say=said.append)
    SealedIdentity.objects.filter(report=sealed[0].id).update(lock_key_a=seal(b"", for_a=fresh(), for_b=fresh()).a.key)
    assert reseal_all(station(officers[Slot.A]), [tmp_path / "a.key"], say=said.append) == 1
    assert any("does not open it, nothing was changed" in one for one in said)
    for address, words in (("ftp://x", "no address"), ("http://city.example", "plain HTTP")):
        with pytest.raises(InvalidInput, match=words):
            Server(address, "token")


@pytest.mark.django_db
def test_an_opening_in_flight_goes_on_with_either_key(sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path) -> None:
    number = sealed[0].number
    request = openings.ask_for_identity(actor=officers[Slot.A], number=number, reason="the reward", now=NOW)
    openings.decide_request(actor=officers[Slot.B], request_id=request.pk, agreed=True, now=NOW)
    before = tmp_path / "before.zip"
    before.write_bytes(openings.take_out(actor=officers[Slot.B], request_id=request.pk, now=NOW))
    for slot in Slot:
        exchange(officers, slot, tmp_path)
        assert reseal_all(station(officers[slot]), [tmp_path / f"{slot}.key"], say=str) == 0
    half = open_lock(before, [tmp_path / "b.key"])
    assert half == opened_by(officers[Slot.B], request, tmp_path, "b-new.key"), "taken before or after, it is the same"
    with pytest.raises(InvalidInput, match="After an exchange of keys give both"):
        open_lock(before, [tmp_path / "b-new.key"])
    done = CliRunner().invoke(
        command,
        [
            "open",
            str(before),
            "--key",
            str(tmp_path / "b.key"),
            "--key",
            str(tmp_path / "b-new.key"),
            "--out",
            str(tmp_path / "o"),
        ],
    )
    assert done.exit_code == 0 and "officer A" in done.output
    another = pyrage.encrypt(b"another", [pyrage.x25519.Identity.generate().to_public()])
    with pytest.raises(InvalidInput, match="not what lies below B's lock"):
        openings.hand_on(actor=officers[Slot.B], request_id=request.pk, data=another, now=NOW)
    openings.hand_on(actor=officers[Slot.B], request_id=request.pk, data=half, now=NOW)
    whole = opened_by(officers[Slot.A], request, tmp_path, "a-new.key")
    assert msgspec.json.decode(whole)["name"] == "Reporter 0"


@pytest.mark.django_db
def test_a_lost_key_says_what_is_lost_for_good(sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path) -> None:
    a, key = officers[Slot.A], key_of(Slot.A, replaced=False)
    page = signed_in(a).get("/identity/").content.decode()
    assert "Lost for good with it: 3 names" in page
    with pytest.raises(NotAllowed, match="Its holder"):
        services.lose_key(actor=officers[Slot.B], key_id=key.pk, reason="burnt", now=NOW)
    signed_in(a).post(f"/identity/keys/{key.pk}/lost/", {"reason": "the machine burnt, the paper with it"})
    assert keys_for("370213") is None, "nothing more is sealed to it, nor to anything else"
    assert Reporter().sends(mode="hidden", identity=WHO).status_code == 400
    with pytest.raises(Conflict, match="key of officer A is lost"):
        openings.ask_for_identity(actor=officers[Slot.B], number=sealed[0].number, reason="the reward", now=NOW)
    page = signed_in(a).get("/identity/").content.decode()
    assert "is lost for good" in page and "No key is in force in this place" in page
    loss = AuditEntry.objects.get(action="identity_key.lost")
    assert (loss.details["identities"], loss.details["photos"]) == (3, 1)
    assert Notice.objects.filter(person=officers[Slot.B], key__contains="key_lost").count() == 1
    exchange(officers, Slot.A, tmp_path)
    assert Reporter().sends(mode="hidden", identity=WHO).status_code == 200
    assert reseal_all(station(a), [tmp_path / "a.key"], say=str) == 0, "found after all"
    assert opened_name(officers, sealed[2].number, tmp_path, {Slot.A: "a-new.key", Slot.B: "b.key"}) == "Reporter 2"


@pytest.mark.django_db
def test_what_was_sealed_in_the_first_form_is_opened_by_its_keys_and_holds_them(
    sealed: list[Reporter], officers: dict[Slot, User], tmp_path: Path
) -> None:
    row = sealed[0].report.identity
    inner = pyrage.encrypt(b'{"name": "Of before"}', [pyrage.x25519.Recipient.from_str(row.key_a.recipient)])
    row.sealed = pyrage.encrypt(inner, [pyrage.x25519.Recipient.from_str(row.key_b.recipient)])
    row.lock_a = row.lock_b = row.inner_sha256 = ""
    row.lock_key_a = row.lock_key_b = b""
    row.save()
    exchange(officers, Slot.A, tmp_path)
    assert reseal_all(station(officers[Slot.A]), [tmp_path / "a.key"], say=str) == 0
    page = signed_in(officers[Slot.A]).get("/identity/").content.decode()
    assert "1 of them were sealed before locks of their own" in page and "Take the bundle" in page
    assert opened_name(officers, sealed[0].number, tmp_path, {Slot.A: "a.key", Slot.B: "b.key"}) == "Of before"
    with pytest.raises(Conflict, match="1 sealed things still stand"):
        services.destroy_key(actor=officers[Slot.A], key_id=key_of(Slot.A, replaced=True).pk, now=NOW)
