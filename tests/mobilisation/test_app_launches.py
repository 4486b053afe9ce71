"""A government app opens the page for somebody: what its signature is worth, that it counts once, that nothing of it stays."""

import base64
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.mobilisation.test_sealed_identity import officers as officers
from tests.people import make_named_person, make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import AppLaunch, HazardReport, SealedIdentity
from tocsin.mobilisation.hazard_reports.rules.launching import KnownApp, LaunchVerdict, judge_launch, read_key
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
from tocsin.records.face import Imported, import_policy

ISSUER, AUDIENCE = "https://app.example.gov.cn", "tocsin-hazard"
KEYS = (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()))
TEN_MINUTES = timedelta(minutes=10)
WHO = {"name": "刘举报", "telephone": "13705320911", "account": "6222020000001234"}


def signed(key: Any = KEYS[0], *, alg: str = "EdDSA", **changes: Any) -> str:
    """What an app says, signed."""
    at = int(NOW.timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "iat": at, "exp": at + 300, "jti": "first", **WHO, **changes}
    parts = [json.dumps(one).encode() for one in ({"alg": alg}, claims)]
    said = ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts)
    match key:
        case ed25519.Ed25519PrivateKey():
            signature = key.sign(said.encode())
        case rsa.RSAPrivateKey():
            signature = key.sign(said.encode(), padding.PKCS1v15(), SHA256())
        case _:
            r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(SHA256())))
            signature = r.to_bytes(32) + s.to_bytes(32)
    return f"{said}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


AT = int(NOW.timestamp())
JUDGED: list[tuple[str, str, LaunchVerdict]] = [
    ("by Ed25519", signed(), LaunchVerdict.VALID),
    ("by P-256", signed(KEYS[1], alg="ES256"), LaunchVerdict.VALID),
    ("what it says of its algorithm counts for nothing", signed(alg="none"), LaunchVerdict.VALID),
    ("no JWS", "a.b", LaunchVerdict.UNREADABLE),
    ("endless", "a" * 5000, LaunchVerdict.UNREADABLE),
    ("without a signature", signed().rpartition(".")[0] + ".", LaunchVerdict.WRONG_SIGNATURE),
    ("of a stranger", signed(ed25519.Ed25519PrivateKey.generate()), LaunchVerdict.WRONG_SIGNATURE),
    ("of an app that nobody registered", signed(iss="https://elsewhere"), LaunchVerdict.UNKNOWN_APP),
    ("for another page", signed(aud="other"), LaunchVerdict.WRONG_AUDIENCE),
    ("expired", signed(iat=AT - 900, exp=AT - 600), LaunchVerdict.EXPIRED),
    ("of tomorrow", signed(iat=AT + 86_400, exp=AT + 86_700), LaunchVerdict.NOT_YET),
    ("for ever", signed(exp=AT + 10**9), LaunchVerdict.TOO_LONG),
    ("beyond every calendar", signed(exp=10**30), LaunchVerdict.UNREADABLE),
    ("without a number", signed(telephone=" "), LaunchVerdict.INCOMPLETE),
]


@pytest.mark.parametrize(("name", "text", "verdict"), JUDGED, ids=[one[0] for one in JUDGED])
def test_what_an_app_says_is_worth_its_signature(name: str, text: str, verdict: LaunchVerdict) -> None:
    apps = (KnownApp(ISSUER, AUDIENCE, tuple(read_key(pem(one)) for one in KEYS)),)
    found, claims = judge_launch(text, apps, today=NOW.date(), now=NOW, longest=TEN_MINUTES)
    assert found is verdict and (claims is not None) == (verdict is LaunchVerdict.VALID)


def test_an_app_whose_registration_is_over_opens_nothing() -> None:
    apps = (KnownApp(ISSUER, AUDIENCE, (read_key(pem(KEYS[0])),), ends=date(2000, 1, 1)),)
    assert judge_launch(signed(), apps, today=NOW.date(), now=NOW, longest=TEN_MINUTES)[0] is LaunchVerdict.ENDED


def test_private_keys_and_weak_ones_are_refused() -> None:
    private = KEYS[0].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for given, words in ((private, "private key"), ("none", "PEM"), (pem(ec.generate_private_key(ec.SECP384R1())), "P-256")):
        with pytest.raises(InvalidInput, match=words):
            read_key(given)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registered as an administrator does it: a version of the policy, which a second person agrees to."""
    stand_at(monkeypatch, NOW - timedelta(hours=1))
    engineer, second = make_person("rule_engineer", "000000"), make_person("supervisor", "000000")
    row = f'{{ issuer = "{ISSUER}", zh = "爱山东", en = "Ai Shandong", audience = "{AUDIENCE}", keys = ["""{pem(KEYS[0])}"""] }}'
    about = Imported(source="an agreement", confidence="B", reason="the app is joined")
    import_policy(actor=engineer, second=second, text=f"[mobilisation.apps]\napp = [{row}]\n", about=about)


def opened(folder: Path) -> dict[str, str]:
    """What the two officers find in the end, each with the key of their own machine."""
    row = SealedIdentity.objects.get()
    sealed = bytes(row.sealed)
    for slot in (Slot.B, Slot.A):
        own = (folder / f"{slot}.key").read_text().split("AGE-SECRET-KEY")[1].split()[0]
        lock = pyrage.decrypt(row.lock_key(slot.value), [pyrage.x25519.Identity.from_str(f"AGE-SECRET-KEY{own}")]).decode()
        sealed = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(lock.strip())])
    return {name: json.loads(sealed)[name] for name in WHO}


def opens(reporter: Reporter, text: str) -> Any:
    return reporter.client.post("/hazard/launch", {"text": text}, content_type="application/json")


@pytest.mark.django_db
def test_the_identity_is_sealed_with_the_report_and_stands_nowhere_else(
    app: None, officers: dict[Slot, User], english: None, tmp_path: Path
) -> None:
    reporter = Reporter()
    told = opens(reporter, signed()).json()
    assert (told["app"], told["name"], told["telephone"]) == ("Ai Shandong", WHO["name"], WHO["telephone"])
    assert AppLaunch.objects.count() == 1 and WHO["telephone"] not in str(AppLaunch.objects.values())
    assert reporter.sends(mode="hidden", ticket=told["ticket"]).status_code == 200
    report = HazardReport.objects.get()
    assert (report.channel, report.mode) == ("app", "hidden")
    assert opened(tmp_path) == WHO


@pytest.mark.django_db
def test_what_is_wrong_expired_or_used_is_told_and_the_page_still_takes_a_report(
    app: None, officers: dict[Slot, User], english: None
) -> None:
    reporter = Reporter()
    assert opens(reporter, signed()).status_code == 200
    again = opens(reporter, signed())
    assert again.status_code == 409 and "before" in again.json()["message"]
    assert "holds no longer" in opens(reporter, signed(iat=AT - 900, exp=AT - 600)).json()["message"]
    in_chinese = Client(headers={"accept-language": "zh-CN"}).post(
        "/hazard/launch", {"text": signed(iss="https://elsewhere")}, content_type="application/json"
    )
    assert "未在本机关登记" in in_chinese.json()["message"]
    changed = reporter.sends(mode="named", ticket="AAAA" * 20)
    assert changed.status_code == 403 and "without a name" in changed.json()["message"]
    assert reporter.sends().status_code == 200 and HazardReport.objects.get().channel == "page"


@pytest.mark.django_db
def test_what_an_operator_writes_of_a_caller_is_sealed_and_not_read_back(
    officers: dict[Slot, User], english: None, tmp_path: Path
) -> None:
    desk = signed_in(make_named_person("operator", "report_officer"))
    assert 'name="account"' in desk.get("/hazard-reports/new/").content.decode()
    said = {"region_code": "370213", "kind": "fire", "firm": "Hongda", "place": "", "text": "Goods on the stairs.", "since": ""}
    sent = {**said, "channel": "12350", "channel_reference": "12350-77", "mode": "named", **WHO}
    page = desk.post("/hazard-reports/new/take-in/", sent).content.decode()
    report = HazardReport.objects.get()
    assert report.number in page and (report.channel, report.mode) == ("12350", "named")
    assert opened(tmp_path) == WHO
    read = [page, *(desk.get(one).content.decode() for one in (f"/hazard-reports/{report.pk}/", "/hazard-reports/"))]
    read.append(desk.get(f"/api/v1/mobilisation/hazard-reports/{report.pk}").content.decode())
    assert not [one for one in WHO.values() for text in read if one in text]
    nameless = desk.post("/hazard-reports/new/take-in/", {**sent, "channel_reference": "12350-78", "name": ""}, follow=True)
    assert "Give name and telephone number" in nameless.content.decode() and HazardReport.objects.count() == 1


BAD = [
    ("emoji and ten thousand signs", {"text": "🔥" * 10_000}, 200, ""),
    ("a sign more", {"text": "🔥" * 10_001}, 400, "10001 signs"),
    ("a place that can't be", {"lon": 36.2, "lat": 120.4}, 400, "can't be"),
    ("half a place", {"lon": 120.4}, 400, "can't be"),
    ("a place far away", {"lon": 2.35, "lat": 48.85}, 200, ""),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "fields", "status", "words"), BAD, ids=[one[0] for one in BAD])
def test_bad_input_is_told_and_what_can_be_is_taken(
    name: str, fields: dict[str, Any], status: int, words: str, english: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    make_person("report_officer", organisation="emergency_bureau")
    answer = Reporter().sends(**fields)
    assert answer.status_code == status and words in answer.json().get("message", "")
