"""Revocation lists as makers sign them: what is read of good ones, why others are refused, and bytes that nobody has signed."""

import base64
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import ReasonFlags
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.sensing.certificates.making import Made, list_of, made
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.sensing.certificates.rules.judging import (
    KnownAuthority,
    KnownCertificate,
    Trust,
    Verdict,
    good_until,
    judge,
    why_refused,
)
from tocsin.sensing.certificates.rules.reading import facts_of
from tocsin.sensing.certificates.rules.revocation import REASONS, Revocation, check_newer, read_list

pytestmark = pytest.mark.one_database

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
MOST = 100_000
MAKER = made("Maker", authority=True)
NAMESAKE = made("Maker", authority=True)
STRANGER = made("Stranger", authority=True)
SIGNED, OTHER = made("well-1", by=MAKER), made("well-2", by=MAKER)
GOOD = list_of(MAKER, (SIGNED, ReasonFlags.key_compromise))
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")


def point(**told: object) -> x509.IssuingDistributionPoint:
    nothing: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**nothing, **told})  # type: ignore[arg-type]


def serial(one: Made) -> str:
    return facts_of(one.certificate).serial


def test_what_a_list_says_in_each_of_its_forms() -> None:
    text = b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(GOOD) + b"-----END X509 CRL-----\n"
    for content in (GOOD, text, b"maker's list\n" + text.replace(b"\n", b"\r\n"), base64.b64encode(GOOD)):
        found = read_list(content, [STRANGER.certificate, MAKER.certificate], MOST)
        assert (found.signer, found.issuer, found.number, found.scope) == (MAKER.fingerprint, "CN=Maker", 1, "")
        assert found.next_update - found.this_update == timedelta(days=7)
        assert found.revoked == {serial(SIGNED): Revocation(found.this_update, "keyCompromise")}
    assert {read_list(one, [MAKER.certificate], MOST).digest for one in (GOOD, text)} == {found.digest}


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65_537, 2048)])
def test_a_list_is_signed_by_any_kind_of_key_that_certificates_are(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> None:
    maker = made("Maker", authority=True, key=key)
    revoked = made("x", by=maker)
    assert list(read_list(list_of(maker, (revoked, None)), [NAMESAKE.certificate, maker.certificate], MOST).revoked) == [
        serial(revoked)
    ]


def test_reasons_are_told_and_what_was_taken_off_is_not_revoked() -> None:
    reasons = [None, *ReasonFlags]
    devices = [made(f"d{n}", by=MAKER) for n in range(len(reasons))]
    found = read_list(list_of(MAKER, *zip(devices, reasons, strict=True)), [MAKER.certificate], MOST).revoked
    told = {serial(one): found[serial(one)].reason for one in devices if serial(one) in found}
    words = ["unspecified" if reason is None else reason.value for reason in reasons]
    wanted = dict(zip(map(serial, devices), words, strict=True))
    assert told == {number: reason for number, reason in wanted.items() if reason != "removeFromCRL"}
    assert set(told.values()) == set(REASONS)


def test_a_distribution_point_for_devices_is_a_scope_of_its_own() -> None:
    name = x509.UniformResourceIdentifier("http://crl.example.com/7.crl")
    listed = list_of(MAKER, extensions=((point(full_name=[name], only_contains_user_certs=True), True),))
    assert read_list(listed, [MAKER.certificate], MOST).scope == "http://crl.example.com/7.crl"
    since = x509.InvalidityDate(NOW.replace(tzinfo=None))
    known_entry = list_of(MAKER, (SIGNED, None), of_entries=((since, True), (UNKNOWN, False)))
    assert serial(SIGNED) in read_list(known_entry, [MAKER.certificate], MOST).revoked


NO_LIST_SIGNER = replace(MAKER, certificate=made("Maker", authority=True, key=MAKER.key, signs_lists=False).certificate)
BROKEN = bytearray(GOOD)
BROKEN[-1] ^= 1
REFUSED = [
    ("nothing", b"", "no revocation list"),
    ("a certificate", MAKER.pem.encode(), "no revocation list"),
    ("a certificate in DER", MAKER.der, "can't be read"),
    ("something behind it", GOOD + b"x", "can't be read"),
    ("of another issuer", list_of(STRANGER, (SIGNED, None)), "is of “CN=Stranger”, and not of this authority"),
    ("of another key of the same name", list_of(NAMESAKE, (SIGNED, None)), "not signed by this authority"),
    ("signed by a device", list_of(MAKER, (OTHER, None), key=SIGNED.key), "not signed by this authority"),
    ("a changed signature", bytes(BROKEN), "not signed by this authority|can't be read"),
    ("a short hash", list_of(MAKER, hashed=hashes.SHA224()), "signed with sha224"),
    ("too large", GOOD + b"\0" * 2 * MOST, "more than 100000 bytes"),
    ("a delta", list_of(MAKER, extensions=((x509.DeltaCRLIndicator(1), True),)), "delta list"),
    ("an indirect one", list_of(MAKER, extensions=((point(indirect_crl=True), True),)), "indirect"),
    (
        "an entry of another's",
        list_of(
            MAKER,
            (SIGNED, None),
            of_entries=((x509.CertificateIssuer([x509.DirectoryName(STRANGER.certificate.subject)]), True),),
        ),
        "indirect",
    ),
    ("of authorities", list_of(MAKER, extensions=((point(only_contains_ca_certs=True), True),)), "no certificates of"),
    (
        "of attributes",
        list_of(MAKER, extensions=((point(only_contains_attribute_certs=True), True),)),
        "no certificates of devices",
    ),
    (
        "some reasons",
        list_of(MAKER, extensions=((point(only_some_reasons=frozenset([ReasonFlags.key_compromise])), True),)),
        "only some reasons",
    ),
    ("critical and unknown", list_of(MAKER, extensions=((UNKNOWN, True),)), "critical extension that is not known: 1.2.3.4"),
    ("an entry critical and unknown", list_of(MAKER, (SIGNED, None), of_entries=((UNKNOWN, True),)), "not known: 1.2.3.4"),
    ("a huge number", list_of(MAKER, number=1 << 160), "at most 20 bytes"),
]


@pytest.mark.parametrize(("content", "words"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_is_refused_is_told_why(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_list(content, [MAKER.certificate], MOST)


def test_an_authority_that_may_sign_no_lists_is_refused_and_two_lists_at_once_are() -> None:
    with pytest.raises(InvalidInput, match="cRLSign"):
        read_list(GOOD, [NO_LIST_SIGNER.certificate], MOST)
    block = b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(GOOD) + b"-----END X509 CRL-----\n"
    with pytest.raises(InvalidInput, match="more than one"):
        read_list(block * 2, [MAKER.certificate], MOST)


def test_a_list_without_a_next_update_is_refused() -> None:
    plain = list_of(MAKER, number=None)
    inner = x509.load_der_x509_crl(plain).tbs_certlist_bytes
    begin = inner.index(b"\x17\x0d") + 15  # behind this update: next update, a UTCTime of the same length
    assert inner[begin : begin + 2] == b"\x17\x0d"
    signed = _signed_anew(inner[:begin] + inner[begin + 15 :])
    assert x509.load_der_x509_crl(signed).next_update_utc is None
    with pytest.raises(InvalidInput, match="when the next one comes"):
        read_list(signed, [MAKER.certificate], MOST)


def _signed_anew(tbs: bytes) -> bytes:
    """A list (DER) of these inner bytes, whose length is written anew, signed by the maker."""
    assert isinstance(MAKER.key, ec.EllipticCurvePrivateKey)
    head = 2 if tbs[1] < 0x80 else 2 + (tbs[1] & 0x7F)
    inner = _der(0x30, tbs[head:])
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    return _der(0x30, inner + algorithm + _der(0x03, b"\0" + MAKER.key.sign(inner, ec.ECDSA(hashes.SHA256()))))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag]) + (octets if size < 0x80 else bytes([0x80 | len(octets)]) + octets) + content


# The number and hours of the one that is held, of the one that is given: what is told.
ORDER = [
    ("the first", None, (1, 0), ""),
    ("a higher number", (1, 0), (2, 1), ""),
    ("a higher number, made before", (1, 0), (2, -1), ""),
    ("the same number, other content", (1, 0), (1, 1), "number 1 and the one that is held 1"),
    ("a lower number, made later", (5, 0), (4, 1), "number 4 and the one that is held 5"),
    ("no numbers, later", (None, 0), (None, 1), ""),
    ("no numbers, earlier", (None, 0), (None, -1), "is of .* held of"),
    ("the held one has none, later", (None, 0), (3, 1), ""),
    ("the given one has none, earlier", (3, 0), (None, -1), "is of .* held of"),
    ("of the future", None, (1, 30), "still to come"),
]


@pytest.mark.parametrize(("held", "new", "words"), [one[1:] for one in ORDER], ids=[one[0] for one in ORDER])
def test_only_a_newer_list_is_taken(held: tuple[int | None, int] | None, new: tuple[int | None, int], words: str) -> None:
    begin = NOW - 24 * HOUR
    given = read_list(list_of(MAKER, number=new[0], at=begin + new[1] * HOUR), [MAKER.certificate], MOST)
    before = None if held is None else (held[0], begin + held[1] * HOUR, "another")
    if not words:
        check_newer(given, before, NOW, HOUR)
        with pytest.raises(Conflict, match="held already"):
            check_newer(given, (given.number, given.this_update, given.digest), NOW, HOUR)
        return
    with pytest.raises(InvalidInput, match=words):
        check_newer(given, before, NOW, HOUR)


@given(st.data())
def test_truncated_and_changed_lists_revoke_nothing(data: st.DataObject) -> None:
    changed = bytearray(GOOD[: data.draw(st.integers(0, len(GOOD)))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(changed) - 1)), max_size=3)):
        if changed:
            changed[at] ^= data.draw(st.integers(1, 255))
    if bytes(changed) == GOOD:
        return
    with suppress(InvalidInput):
        found = read_list(bytes(changed), [MAKER.certificate], MOST)
        inner = x509.load_der_x509_crl(bytes(changed)).tbs_certlist_bytes
        assert inner == x509.load_der_x509_crl(GOOD).tbs_certlist_bytes, "no byte that was signed is another"
        assert set(found.revoked) == {serial(SIGNED)}


@given(st.binary(max_size=300))
def test_garbage_is_refused_by_name(content: bytes) -> None:
    for one in (content, b"0" + content, b"-----BEGIN X509 CRL-----" + base64.b64encode(content) + b"-----END X509 CRL-----"):
        with pytest.raises(InvalidInput):
            read_list(one, [MAKER.certificate], MOST)


def trust(*of: tuple[Made, str, bytes | None], pinned: tuple[Made, ...] = (), regions: dict[str, str] | None = None) -> Trust:
    """Authorities with region and list."""
    authorities = []
    for number, (maker, region, listed) in enumerate(of, 1):
        lists = () if listed is None else (read_list(listed, [maker.certificate], MOST),)
        entries = tuple((one.issuer, one.revoked) for one in lists)
        authorities.append(KnownAuthority(UUID(int=number), region, (maker.certificate,), entries))
    known = {one.fingerprint: KnownCertificate("well-1") for one in pinned}
    return Trust(known, tuple(authorities), regions or {"well-1": "370213", "well-2": "370213"})


HELD = list_of(NAMESAKE, (SIGNED, None))
CASES = [
    ("on the list", SIGNED, trust((MAKER, "370200", GOOD)), Verdict.REVOKED),
    ("not on the list", OTHER, trust((MAKER, "370200", GOOD)), Verdict.GOOD),
    ("no list", SIGNED, trust((MAKER, "370200", None)), Verdict.GOOD),
    ("on the list of a namesake", SIGNED, trust((MAKER, "370200", None), (NAMESAKE, "370200", HELD)), Verdict.GOOD),
    ("on the list for another region", SIGNED, trust((MAKER, "370602", GOOD), (MAKER, "370213", None)), Verdict.GOOD),
    ("entered twice, one has the list", SIGNED, trust((MAKER, "370200", None), (MAKER, "370213", GOOD)), Verdict.REVOKED),
    ("entered for another region first", OTHER, trust((MAKER, "370602", None), (MAKER, "370213", None)), Verdict.GOOD),
    ("pinned, and on its maker's list", SIGNED, trust((MAKER, "370200", GOOD), pinned=(SIGNED,)), Verdict.REVOKED),
    ("pinned, on the list of a namesake", SIGNED, trust((NAMESAKE, "370200", HELD), pinned=(SIGNED,)), Verdict.GOOD),
    ("pinned, its maker is not entered", SIGNED, trust(pinned=(SIGNED,)), Verdict.GOOD),
]


@pytest.mark.parametrize(("shown", "known", "verdict"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_who_is_revoked_by_a_list(shown: Made, known: Trust, verdict: Verdict) -> None:
    assert judge(shown.der, known, "", NOW).verdict is verdict


def test_the_refusal_says_who_revoked_it_when_and_why() -> None:
    found = judge(SIGNED.der, trust((MAKER, "370200", GOOD)), "", NOW)
    assert (found.code, found.reason) == ("well-1", "keyCompromise")
    words = str(why_refused(found, "192.0.2.1"))
    assert words.startswith("the certificate “CN=well-1” was revoked by its maker on ")
    assert words.endswith(" UTC: its key is in other hands, from 192.0.2.1")


def test_an_open_connection_ends_with_the_list_and_not_with_that_of_another() -> None:
    found = judge(SIGNED.der, trust((MAKER, "370200", None)), "", NOW)
    assert found.verdict is Verdict.GOOD
    assert good_until(found, trust((MAKER, "370200", None), (NAMESAKE, "370200", HELD))) == found.facts.not_after
    assert good_until(found, trust((MAKER, "370200", GOOD))) is None
    assert good_until(found, trust()) is None
