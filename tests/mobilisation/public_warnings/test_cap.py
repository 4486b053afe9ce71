"""CAP: what is written is read again, what is signed holds, and what was tampered with is told by its name."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.mobilisation.public_warnings.messages import SENT, SQUARE, authority, certificate, issued_signer, own_signer, rain
from tocsin.mobilisation.public_warnings.rules.cap.checking import EXIT_CODES, Verdict, check
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, Area, Info, MsgType, Named, Reference, Resource, Scope
from tocsin.mobilisation.public_warnings.rules.cap.reading import OffSchema, read_message
from tocsin.mobilisation.public_warnings.rules.cap.signing import Signer, sign
from tocsin.mobilisation.public_warnings.rules.cap.writing import as_bytes, write_alert
from tocsin.portal.cli import tocsin

DS = "http://www.w3.org/2000/09/xmldsig#"
CAP = "urn:oasis:names:tc:emergency:cap:1.2"


def signed(alert: Alert | None = None, signer: Signer | None = None) -> bytes:
    return sign(alert or rain(), signer or own_signer())


def verdict_on(data: bytes, **options: object) -> Verdict:
    return check(data, **({"trusted": own_signer().certificates} | options)).verdict  # type: ignore[arg-type]


def test_a_signed_message_is_valid_and_read_as_it_was_meant() -> None:
    checked = check(signed(), trusted=own_signer().certificates)
    assert (checked.verdict, checked.alert, checked.signed_by) == (Verdict.VALID, rain(), "CN=weather")


def test_a_chain_leads_to_the_authority_that_is_trusted() -> None:
    signer = issued_signer()
    assert verdict_on(signed(signer=signer), trusted=authority().certificates) is Verdict.VALID
    alone = Signer(signer.key, signer.certificates[:1])
    assert verdict_on(signed(signer=alone), trusted=authority().certificates) is Verdict.UNTRUSTED, "the one between is missing"


def test_a_certificate_that_may_not_issue_lends_no_trust() -> None:
    """Whoever holds a plain certificate of a trusted authority signs one for somebody else."""
    plain = issued_signer()
    key = ec.generate_private_key(ec.SECP256R1())
    forged = Signer(key, (certificate("province", key, issuer=plain), *plain.certificates))
    assert verdict_on(signed(signer=forged), trusted=authority().certificates) is Verdict.UNTRUSTED


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert data.count(old.encode()) >= 1
        return data.replace(old.encode(), new.encode())

    return change


def rebuilt(change: "Callable[[etree._Element], object]") -> Callable[[bytes], bytes]:
    def build(data: bytes) -> bytes:
        root = etree.fromstring(data)
        changed = change(root)
        return as_bytes(changed if isinstance(changed, etree._Element) else root)

    return build


def without_signature(root: "etree._Element") -> None:
    root.remove(root.find(f"{{{DS}}}Signature"))


def second_signature(root: "etree._Element") -> None:
    root.append(etree.fromstring(etree.tostring(root.find(f"{{{DS}}}Signature"))))


def wrapped_message(root: "etree._Element") -> "etree._Element":
    """The signed message lies inside another one, which carries its signature."""
    other = write_alert(rain(identifier="forged"))
    signature = root.find(f"{{{DS}}}Signature")
    root.remove(signature)
    other.append(signature)
    etree.SubElement(signature, f"{{{DS}}}Object").append(root)
    return other


def other_reference(root: "etree._Element") -> None:
    root.find(f".//{{{DS}}}Reference").set("URI", "#elsewhere")


def filtering_transform(root: "etree._Element") -> None:
    transforms = root.find(f".//{{{DS}}}Transforms")
    etree.SubElement(transforms, f"{{{DS}}}Transform").set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")


def doubled_sent(root: "etree._Element") -> None:
    sent = root.find(f"{{{CAP}}}sent")
    sent.addnext(etree.fromstring(etree.tostring(sent)))


def pretty(root: "etree._Element") -> None:
    etree.indent(root)


def other_signature_value(root: "etree._Element") -> None:
    value = root.find(f".//{{{DS}}}SignatureValue")
    raw = bytearray(base64.b64decode(value.text))
    raw[7] ^= 1
    value.text = base64.b64encode(raw).decode()


def loose_base64(root: "etree._Element") -> None:
    """The last letter's spare bits are set: it decodes to the same bytes, and is another text."""
    value = root.find(f".//{{{DS}}}DigestValue")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = value.text.rstrip("=")[-1]
    value.text = value.text.rstrip("=")[:-1] + letters[letters.index(last) + 1] + "="
    assert base64.b64decode(value.text)


TAMPERED = [
    ("no XML", lambda _data: b"warning!", Verdict.UNREADABLE),
    ("an entity", lambda data: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + data, Verdict.UNREADABLE),
    (
        "utf-16 with a document type",
        lambda _data: '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"),
        Verdict.UNREADABLE,
    ),
    ("deep", lambda _data: b"<a>" * 200 + b"</a>" * 200, Verdict.UNREADABLE),
    ("too large", lambda data: data + b" " * 2_000_000, Verdict.UNREADABLE),
    ("another root", lambda _data: b"<alert/>", Verdict.SCHEMA),
    ("a status that there is none", replaced("Actual", "Real"), Verdict.SCHEMA),
    ("UTC as Z", replaced("2026-01-03T05:02:00+08:00", "2026-01-02T21:02:00Z"), Verdict.SCHEMA),
    ("month 13", replaced("2026-01-03T05:02:00+08:00", "2026-13-03T05:02:00+08:00"), Verdict.SCHEMA),
    ("base64 that is not canonical", rebuilt(loose_base64), Verdict.SCHEMA),
    ("no signature", rebuilt(without_signature), Verdict.UNSIGNED),
    ("two signatures", rebuilt(second_signature), Verdict.WRAPPED),
    ("wrapped", rebuilt(wrapped_message), Verdict.WRAPPED),
    ("a reference to elsewhere", rebuilt(other_reference), Verdict.WRAPPED),
    ("a transform that filters", rebuilt(filtering_transform), Verdict.WRAPPED),
    ("sent twice", rebuilt(doubled_sent), Verdict.WRAPPED),
    ("another text", replaced("橙色预警", "蓝色预警"), Verdict.DIGEST),
    ("pretty printed behind the signature", rebuilt(pretty), Verdict.SIGNATURE),
    ("another signature", rebuilt(other_signature_value), Verdict.SIGNATURE),
]


@pytest.mark.parametrize(("change", "verdict"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED])
def test_what_was_tampered_with_is_told_by_its_name(change: Callable[[bytes], bytes], verdict: Verdict) -> None:
    assert verdict_on(change(signed())) is verdict


def test_a_comment_hides_nothing() -> None:
    """Canonical form leaves comments out: they may come in behind the signature, and must not cut the text that is read."""
    data = signed().replace("橙色预警".encode(), "橙色<!-- x -->预警".encode())
    checked = check(data, trusted=own_signer().certificates)
    assert checked.verdict is Verdict.VALID
    assert checked.alert == rain()


CERTIFICATE_TIMES = [
    ("expired at sent", {"begins": SENT - timedelta(days=9), "ends": SENT - timedelta(days=1)}, None, Verdict.EXPIRED),
    ("not yet valid", {"begins": SENT + timedelta(days=1), "ends": SENT + timedelta(days=9)}, None, Verdict.NOT_YET_VALID),
    ("expired since", {"begins": SENT - timedelta(days=9), "ends": SENT + timedelta(hours=1)}, None, Verdict.VALID),
    ("expired now", {}, datetime(2031, 1, 1, tzinfo=UTC), Verdict.EXPIRED),
]


@pytest.mark.parametrize(
    ("times", "at", "verdict"), [row[1:] for row in CERTIFICATE_TIMES], ids=[row[0] for row in CERTIFICATE_TIMES]
)
def test_a_certificate_must_have_been_valid(times: dict[str, datetime], at: datetime | None, verdict: Verdict) -> None:
    data = signed(signer=issued_signer(**times))
    assert verdict_on(data, trusted=authority().certificates, at=at) is verdict


def test_a_stranger_is_not_trusted() -> None:
    assert verdict_on(signed(), trusted=()) is Verdict.UNTRUSTED
    assert verdict_on(signed(), trusted=authority().certificates) is Verdict.UNTRUSTED


def with_info(**changed: object) -> Alert:
    return rain(infos=(replace(rain().infos[0], **changed),))  # type: ignore[arg-type]


def with_area(**changed: object) -> Alert:
    return with_info(areas=(replace(rain().infos[0].areas[0], **changed),))  # type: ignore[arg-type]


EARLIER = Reference("weather@qingdao.example", "370213-20260102-0009", SENT - timedelta(hours=3))
SENSE = [
    ("effective before sent", with_info(effective=SENT - timedelta(minutes=1)), "effective"),
    ("expires before sent", with_info(expires=SENT - timedelta(minutes=1), onset=None), "expires"),
    ("expires before onset", with_info(onset=SENT + timedelta(hours=13)), "onset"),
    ("open ring", with_area(polygons=(SQUARE.rsplit(" ", 1)[0],)), "not closed"),
    ("three places", with_area(polygons=("36,120 36,121 36,120",)), "four places"),
    ("crossing ring", with_area(polygons=("36,120 37,121 36,121 37,120 36,120",)), "crosses"),
    ("no extent", with_area(polygons=("36,120 36,121 36,122 36,120",)), "area"),
    ("longitude first", with_area(polygons=("120.3,36.1 120.4,36.1 120.4,36.2 120.3,36.1",)), "latitude comes first"),
    ("line breaks in place of commas", with_area(polygons=("36.1\n120.3 36.2 120.4",)), "no place"),
    ("negative circle", with_area(circles=("36.1,120.3 -2",)), "circle"),
    ("no area", with_info(areas=()), "no area"),
    ("no info", rain(infos=()), "no info"),
    ("update of nothing", rain(msg_type=MsgType.UPDATE), "no earlier"),
    ("update of itself", rain(msg_type=MsgType.UPDATE, references=(rain().reference,)), "itself"),
    ("update of the future", rain(msg_type=MsgType.UPDATE, references=(replace(EARLIER, sent=SENT + timedelta(1)),)), "later"),
    ("the same twice", rain(msg_type=MsgType.UPDATE, references=(EARLIER, EARLIER)), "twice"),
    ("blank in the identifier", rain(identifier="a b"), "identifier"),
    ("private to nobody", rain(scope=Scope.PRIVATE), "addresses"),
    ("ceiling alone", with_area(ceiling=100.0), "ceiling"),
]


@pytest.mark.parametrize(("alert", "why"), [row[1:] for row in SENSE], ids=[row[0] for row in SENSE])
def test_what_makes_no_sense_is_not_followed(alert: Alert, why: str) -> None:
    checked = check(signed(alert), trusted=own_signer().certificates)
    assert checked.verdict is Verdict.NONSENSE
    assert why in checked.why


def test_an_update_and_a_cancel_name_what_was_before() -> None:
    update = rain(identifier="two", msg_type=MsgType.UPDATE, references=(EARLIER,))
    cancel = rain(identifier="three", msg_type=MsgType.CANCEL, references=(EARLIER, update.reference), infos=())
    assert [verdict_on(signed(alert)) for alert in (update, cancel)] == [Verdict.VALID] * 2


def test_references_that_are_none_are_off_the_schema() -> None:
    data = as_bytes(write_alert(rain(note="x"))).replace(b"<note>x</note>", b"<references>one,two</references>")
    with pytest.raises(OffSchema, match="sender,identifier,sent"):
        read_message(data)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Z")), max_size=12)
names = st.from_regex(r"[A-Za-z0-9.\-]{1,12}", fullmatch=True)
moments = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
named = st.builds(Named, name=texts, value=texts)
areas = st.builds(
    Area,
    description=texts,
    polygons=st.just((SQUARE,)),
    circles=st.just(()),
    geocodes=st.lists(named, max_size=2).map(tuple),
    altitude=st.none() | st.integers(0, 9000).map(float),
    ceiling=st.none(),
)
resources = st.builds(Resource, description=texts, mime_type=texts, size=st.none() | st.integers(0, 10**9), deref_uri=texts)
infos = st.builds(
    Info,
    event=texts,
    categories=st.lists(st.sampled_from(list(rain().infos[0].categories)), min_size=1, max_size=2).map(tuple),
    urgency=st.sampled_from(list(type(rain().infos[0].urgency))),
    severity=st.sampled_from(list(type(rain().infos[0].severity))),
    certainty=st.sampled_from(list(type(rain().infos[0].certainty))),
    language=st.sampled_from(["zh-CN", "en"]),
    onset=st.none() | moments,
    headline=texts,
    description=texts,
    instruction=texts,
    parameters=st.lists(named, max_size=2).map(tuple),
    resources=st.lists(resources, max_size=1).map(tuple),
    areas=st.lists(areas, max_size=2).map(tuple),
)
alerts = st.builds(
    Alert,
    identifier=names,
    sender=names,
    sent=moments,
    status=st.sampled_from(list(type(rain().status))),
    msg_type=st.sampled_from(list(MsgType)),
    scope=st.sampled_from(list(Scope)),
    note=texts,
    codes=st.lists(names, max_size=2).map(tuple),
    references=st.lists(st.builds(Reference, names, names, moments), max_size=2).map(tuple),
    infos=st.lists(infos, max_size=2).map(tuple),
)


@given(alerts)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_again(alert: Alert) -> None:
    assert read_message(as_bytes(write_alert(alert))) == alert


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed (Debian: xmlsec1)")
@pytest.mark.parametrize("kind", ["rsa", "ecdsa through a chain"])
def test_a_foreign_tool_verifies_ours(kind: str, tmp_path: Path) -> None:
    signer, anchor = (own_signer(), own_signer()) if kind == "rsa" else (issued_signer(), authority())
    (tmp_path / "alert.xml").write_bytes(signed(signer=signer))
    (tmp_path / "anchor.pem").write_bytes(anchor.certificates[0].public_bytes(Encoding.PEM))
    verify = ["xmlsec1", "--verify", "--verification-time", "2026-01-03 05:02:00", "--trusted-pem", "anchor.pem", "alert.xml"]
    told = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    (tmp_path / "alert.xml").write_bytes(signed(signer=signer).replace("橙色".encode(), "红色".encode()))
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_the_command_ends_with_the_code_of_its_verdict(tmp_path: Path) -> None:
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "weather.pem").write_bytes(own_signer().certificates[0].public_bytes(Encoding.PEM))
    (tmp_path / "good.xml").write_bytes(signed())
    (tmp_path / "bad.xml").write_bytes(signed().replace("橙色".encode(), "红色".encode()))

    def run(*words: object) -> tuple[int, str]:
        told = CliRunner().invoke(tocsin, ["cap", "check", *map(str, words)])
        return told.exit_code, told.output

    assert run(tmp_path / "good.xml", "--trust", trust)[0] == 0
    assert run(tmp_path / "good.xml", "--trust", trust, "--at", "2031-01-01T00:00:00+08:00")[0] == EXIT_CODES[Verdict.EXPIRED]
    assert run(tmp_path / "good.xml")[0] == EXIT_CODES[Verdict.UNTRUSTED]
    code, told = run(tmp_path / "bad.xml", "--trust", trust)
    assert (code, "digest: The message was changed" in told) == (EXIT_CODES[Verdict.DIGEST], True)
    code, told = run(tmp_path, "--trust", trust, "--json")
    assert code == 1
    assert [json.loads(line)["verdict"] for line in told.splitlines()] == ["digest", "valid"]


def test_a_verdict_is_told_in_the_language_of_its_reader() -> None:
    """Also where one reason lies in another; kept for the next reader, not as words."""
    bowtie = "36.1,120.3 36.2,120.4 36.2,120.3 36.1,120.4 36.1,120.3"
    area = Area("李沧区", polygons=(bowtie,))
    checked = check(signed(rain(infos=(replace(rain().infos[0], areas=(area,)),))), trusted=own_signer().certificates)
    assert checked.verdict is Verdict.NONSENSE
    with override("zh-hans"):
        assert checked.why == "李沧区：多边形不成区域：边线自己相交或相接"
    with override("en"):
        assert checked.why == "李沧区: The polygon is no area: its ring crosses or touches itself"


def test_an_unsigned_message_is_valid_only_for_who_takes_it() -> None:
    unsigned = as_bytes(write_alert(rain()))
    assert verdict_on(unsigned) is Verdict.UNSIGNED
    checked = check(unsigned, trusted=(), takes_unsigned=True)
    assert (checked.verdict, checked.signed_by) == (Verdict.VALID, "")
    broken = rebuilt(other_signature_value)(signed())
    assert verdict_on(broken, takes_unsigned=True) is Verdict.SIGNATURE, "a signature that is there must hold"
