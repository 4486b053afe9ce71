"""Keys by purpose: what earlier versions made is still read, a new secret ends what must end and nothing else, at any kill."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from click.testing import CliRunner
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.signals import request_started
from django.core.signing import Signer
from django.test import Client

from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import NOW, make_object
from tocsin.base import keys, secret_files
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.keys import Purpose, Ring
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.second_step import SealedSecrets
from tocsin.notices.inbox.views.links import _notice_of
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.links import read_token, token_of
from tocsin.portal import rotation
from tocsin.portal.apps import take_up_new_keys
from tocsin.portal.commands.keys import keys as command
from tocsin.records.audit.models import AuditEntry
from tocsin.supervision.inspections.models import Draw
from tocsin.supervision.inspections.rules.draws import digest
from tocsin.supervision.inspections.services import draws
from tocsin.supervision.objects.models import CodeIssue
from tocsin.supervision.objects.queries import codes
from tocsin.supervision.objects.queries.codes import CodeVerdict

pytestmark = pytest.mark.one_database
EARLIER = "Zx3-" + base64.urlsafe_b64encode(hashlib.sha512(b"an earlier version's").digest()).decode()
FORMS = {"a secret of an earlier version": EARLIER, "a secret of this version": keys.FORM + EARLIER}


@pytest.fixture(params=FORMS)
def data(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder with a secret, which this process uses."""
    before = list(keys._ring)
    django = settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS
    (tmp_path / keys.NAME).write_text(FORMS[request.param])
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path))
    keys.keep_in(tmp_path)
    yield tmp_path
    keys._ring[:] = before
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = django


@dataclass
class Made:
    """Things of every purpose, made by the key in force, and whether they are still good."""

    person: User
    sign: str
    screen: str
    issue: CodeIssue
    notice: Notice
    link: str
    draw: Draw
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    def good(self, *, now: datetime = NOW) -> set[str]:
        sealed = Authenticator.objects.get(user=self.person).data
        seeds = (draws._seed_of(self.draw, key) for key in keys.keys_of(Purpose.DRAWS, made_at=self.draw.made_at))
        opened = read_token(self.link, keys.keys_of(Purpose.LINKS, leaked=False))
        kept = {
            "sign": codes.read_code(self.sign, now=now).verdict is CodeVerdict.VALID,
            "screen": codes.read_code(self.screen, now=now).verdict is CodeVerdict.VALID,
            "link": _notice_of(opened, self.link) is not None,
            "draw": any(digest(seed) == self.draw.commitment for seed in seeds),
            "second step": [SealedSecrets().decrypt(one) for one in (sealed["secret"], *sealed["list"])] == [self.secret] * 2,
        }
        return {name for name, good in kept.items() if good}


EVERYTHING = {"sign", "screen", "link", "draw", "second step"}
LASTING = {"sign", "draw", "second step"}


def written(person: User, at: datetime = NOW) -> Notice:
    told: dict[str, Any] = {"region_code": "370213", "purpose": "order", "why": "unit", "key": f"{at}"}
    return Notice.objects.create(person=person, written_at=at, deadline=at, **told)


@pytest.fixture
def made(db: None, data: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """By an earlier version where the secret is one: its own constructions, word for word."""
    stand_at(monkeypatch, NOW)
    person, firm = make_named_person("keeper", "supervisor"), make_object()
    issue = CodeIssue.objects.create(object=firm, issued_at=NOW, issued_by=person)
    draw = Draw.objects.create(region_code="370213", name="x", made_at=NOW, made_by=person, terms={}, candidates={})
    notice = written(person)
    adapter = SealedSecrets()
    result = Made(person, codes.sign_token(issue), codes.screen_token(firm, now=NOW), issue, notice, "", draw)
    result.link = token_of(notice.pk, keys.key_for(Purpose.LINKS))
    draw.commitment = digest(draws._seed_of(draw, keys.key_for(Purpose.DRAWS)))
    seal = adapter.encrypt
    if (data / keys.NAME).read_text() == EARLIER:
        signer = Signer(key=EARLIER, salt="tocsin.supervision.code", sep=".")
        result.sign, result.screen = (signer.sign(token.partition(".")[0]) for token in (result.sign, result.screen))
        key = hashlib.sha256(b"tocsin.command.link\0" + EARLIER.encode()).digest()
        digest_of = hmac.new(key, notice.pk.bytes, hashlib.sha256).digest()[:16]
        result.link = base64.urlsafe_b64encode(notice.pk.bytes + digest_of).decode().rstrip("=")
        draw.commitment = digest(draws._seed_of(draw, EARLIER.encode()))
        fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second step" + EARLIER.encode()).digest()))
        seal = lambda text: fernet.encrypt(text.encode()).decode()  # noqa: E731
    draw.save()
    sealed = {"secret": seal(result.secret), "list": [seal(result.secret)], "used": {"123456": 1.0}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=sealed)
    return result


def started_anew(data: Path) -> None:
    """Another process: it knows nothing but the files."""
    keys.keep_in(data)


def sealed_by(key: bytes) -> bool:
    fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second step" + key).digest()))
    data = Authenticator.objects.get().data
    return all(fernet.decrypt(one) for one in (data["secret"], *data["list"]))


def test_a_new_secret_ends_sessions_and_nothing_that_lasts(data: Path, made: Made) -> None:
    assert made.good() == EVERYTHING, "also what an earlier version made"
    client = Client()
    client.force_login(made.person)
    done = rotation.rotate(data, now=NOW)
    assert (done.sealed["second steps"].done, done.sealed["second steps"].lost, done.sessions) == (1, 0, 1)
    assert client.get("/account/").headers["Location"].startswith("/login/")
    started_anew(data)
    assert made.good() == EVERYTHING
    assert sealed_by(keys.key_for(Purpose.SECOND_STEPS))
    later = NOW + timedelta(days=100)
    rotation.rotate(data, now=later)
    assert made.good(now=NOW + timedelta(days=101)) & LASTING == LASTING
    entry = AuditEntry.objects.filter(action="keys.rotated").earliest("at")
    assert entry.object_id == done.after and entry.details["sessions_ended"] == 1
    assert [path.stat().st_mode & 0o777 for path in data.glob("secret_key*")] == [0o600] * 4


def test_a_secret_that_leaked_opens_no_link_and_no_screen_any_more(data: Path, made: Made) -> None:
    rotation.rotate(data, now=NOW, leaked=True)
    assert made.good() == LASTING


def test_a_secret_that_was_replaced_vouches_for_nothing_younger(data: Path, made: Made) -> None:
    """Whoever learnt the old secret makes no code and no link of today."""
    today = NOW + timedelta(hours=1)
    old = keys.ring().secrets()[0]
    rotation.rotate(data, now=NOW)
    signer = Signer(key=old.keys(Purpose.CODES)[0], salt=codes.SALT, sep=".")
    screen = signer.sign(codes._content("c", made.issue.object_id, today))
    sign = signer.sign(codes._content("s", made.issue.pk, NOW - timedelta(hours=1)))
    assert {codes.read_code(one, now=today).verdict for one in (screen, sign)} == {CodeVerdict.FORGED}
    link = token_of(written(made.person, today).pk, old.keys(Purpose.LINKS)[0])
    assert _notice_of(read_token(link, keys.keys_of(Purpose.LINKS)), link) is None


class Killed(BaseException):
    """The process ends here, as by kill -9."""


STEPS: dict[str, tuple[object, str]] = {
    "before anything is written": (secret_files, "_draft"),
    "before the new secret counts": (keys, "replace_secret_file"),
    "before anything is sealed anew": (rotation, "seal_anew"),
    "before it is written down": (rotation, "_write_down"),
    "before it is called finished": (Path, "unlink"),
}


@pytest.mark.parametrize("step", STEPS)
def test_after_a_kill_everything_is_read_and_the_next_run_finishes(data: Path, made: Made, step: str) -> None:
    def kill(*arguments: Any, **named: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(*STEPS[step], kill)
        rotation.rotate(data, now=NOW)
    started_anew(data)
    assert made.good() == EVERYTHING
    done = rotation.rotate(data, now=NOW + timedelta(seconds=5))
    started_anew(data)
    assert made.good() == EVERYTHING and sealed_by(keys.key_for(Purpose.SECOND_STEPS))
    assert done.after == keys.ring().secrets()[0].id and len(keys.ring().secrets()) == 2, "one new secret, not two"
    assert not rotation.is_unfinished(data)


def test_what_no_key_opens_is_told_and_left(data: Path, made: Made) -> None:
    lost = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    Authenticator.objects.update(data={"secret": lost})
    done = rotation.rotate(data, now=NOW)
    assert (done.sealed["second steps"].done, done.sealed["second steps"].lost) == (0, 1)
    assert Authenticator.objects.get().data == {"secret": lost}


def test_a_running_process_takes_a_new_secret_up_and_only_one_rotates(data: Path, made: Made) -> None:
    assert any(receiver[1]() is take_up_new_keys for receiver in request_started.receivers), "at each request"
    take_up_new_keys()
    before, earlier = settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS
    assert earlier == [EARLIER] * ((data / keys.NAME).read_text() == EARLIER), "sessions of an earlier version go on"
    Ring(data).replace(at=NOW)  # in another process
    take_up_new_keys()
    assert settings.SECRET_KEY not in (before, *earlier) and settings.SECRET_KEY_FALLBACKS == []
    assert made.good() == EVERYTHING
    with rotation._alone(data), pytest.raises(Conflict, match="another"):
        rotation.rotate(data, now=NOW)


def test_the_commands_say_what_holds_and_never_a_secret(data: Path, made: Made) -> None:
    (data / rotation.UNFINISHED).write_text("12345678")
    run = CliRunner().invoke
    told = run(command, ["list"]).output
    assert "since the first start" in told and "broken off" in told
    (data / rotation.UNFINISHED).unlink()
    told += run(command, ["rotate", "--leaked"], catch_exceptions=False).output + run(command, ["list"]).output
    assert "second steps: 1 sealed anew" in told and "others may know it" in told
    assert not any(one.text in told for one in keys.ring().secrets())


WEAK = {"empty": "", "short": "k3y-of-7-ships", "long and of one word": "secret" * 20, "digits in their order": "0123456789" * 8}


@pytest.mark.django_db(databases=())
@pytest.mark.parametrize("name", WEAK)
def test_a_secret_that_could_be_guessed_is_refused_with_how_to_mend_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / keys.NAME
    path.write_text(WEAK[name])
    with pytest.raises(InvalidInput, match=r"256 random bits.+Rename it to secret_key\.20\d{6}T\d{6}Z"):
        Ring(tmp_path).secrets()
    path.rename(tmp_path / "secret_key.20261128T000000Z")
    assert [one.text for one in Ring(tmp_path).secrets()][1:] == [WEAK[name]], "which is a way out"


def test_the_figures_of_rfc_5869() -> None:
    """Purposes have keys of their own; the first case of appendix A is checked in `cryptography`, our parameters here."""
    one = keys.Secret(keys.FORM + "x" * 64)
    by_hand = hmac.new(b"tocsin", one.text.encode(), hashlib.sha256).digest()
    by_hand = hmac.new(by_hand, b"tocsin 1 links\x01", hashlib.sha256).digest()
    assert one.keys(Purpose.LINKS) == (by_hand,)
    assert len({one.keys(purpose) for purpose in Purpose}) == len(Purpose)
