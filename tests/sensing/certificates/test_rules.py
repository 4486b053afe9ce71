"""What certificates are good for: named cases, and bytes that nobody has signed."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.sensing.certificates.making import DER, PEM, Made, made, request_of
from tocsin.base.errors import InvalidInput
from tocsin.sensing.certificates.rules.judging import (
    DEVICE_URI,
    Finding,
    KnownAuthority,
    KnownCertificate,
    Trust,
    Verdict,
    good_until,
    judge,
    why_refused,
)
from tocsin.sensing.certificates.rules.reading import (
    SM2,
    check_authority,
    check_device_certificate,
    facts_of,
    read_certificate,
    read_certificates,
    read_fingerprint,
    read_request,
)

pytestmark = pytest.mark.one_database

NOW = datetime.now(UTC).replace(microsecond=0)
LATER = NOW + timedelta(days=400)
MAKER = made("Maker", authority=True)
PINNED = made("anything at all")
SIGNED = made("well-2", by=MAKER)
IN_ITS_URI = made("serial 77", by=MAKER, names=(x509.UniformResourceIdentifier(f"{DEVICE_URI}well-2"),))
IN_ITS_DNS = made("serial 78", by=MAKER, names=(x509.DNSName("well-2"),))
FAR = made("far-1", by=MAKER)
TWICE = made("well-1", by=MAKER, names=(x509.DNSName("well-2"),))
FOREIGN = made("well-2", by=made("Maker", authority=True))
BY_A_DEVICE = made("well-2", by=SIGNED)
SECOND_AUTHORITY = made("well-2", by=MAKER, authority=True)
EARLY = made("early", begins=NOW + timedelta(days=1))
SERVER = made("server", uses=(ExtendedKeyUsageOID.SERVER_AUTH,))
SEALS_ONLY = made("seals", signs=False)
WEAK = made("weak", key=rsa.generate_private_key(65_537, 1024))  # noqa: S505 - weak on purpose
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
REGIONS = {"well-1": "370213", "well-2": "370213", "far-1": "370602"}
AUTHORITY = KnownAuthority(UUID(int=1), "370200", (MAKER.certificate,))
TRUST = Trust(
    {one.fingerprint: KnownCertificate("well-1") for one in (PINNED, EARLY, SERVER, SEALS_ONLY, WEAK)},
    (AUTHORITY,),
    REGIONS,
)


def trust(known: KnownCertificate, regions: dict[str, str] = REGIONS) -> Trust:
    return Trust({PINNED.fingerprint: known}, (), regions)


# What is shown, by whose name, what is known, when: the verdict and of which device it speaks.
CASES = [
    ("a pinned one, without a name", PINNED, "", TRUST, NOW, Verdict.GOOD, "well-1"),
    ("a pinned one, by its device's code", PINNED, "well-1", TRUST, NOW, Verdict.GOOD, "well-1"),
    ("a pinned one, by another code", PINNED, "well-2", TRUST, NOW, Verdict.OTHER_DEVICE, "well-2"),
    ("a pinned one, by a code that nobody has", PINNED, "nobody", TRUST, NOW, Verdict.OTHER_DEVICE, "well-1"),
    ("a pinned one that has ended", PINNED, "", TRUST, LATER, Verdict.EXPIRED, "well-1"),
    ("a pinned one of tomorrow", EARLY, "", TRUST, NOW, Verdict.NOT_YET, "well-1"),
    ("a pinned one of a server", SERVER, "", TRUST, NOW, Verdict.UNFIT, "well-1"),
    ("a pinned one that may only seal", SEALS_ONLY, "", TRUST, NOW, Verdict.UNFIT, "well-1"),
    ("a pinned one of RSA 1024", WEAK, "", TRUST, NOW, Verdict.UNFIT, "well-1"),
    ("a revoked one", PINNED, "", trust(KnownCertificate("well-1", revoked_at=NOW)), NOW, Verdict.REVOKED, "well-1"),
    ("one that is replaced", PINNED, "", trust(KnownCertificate("well-1", ends_at=NOW)), NOW, Verdict.REPLACED, "well-1"),
    ("one that is replaced tomorrow", PINNED, "", trust(KnownCertificate("well-1", ends_at=LATER)), NOW, Verdict.GOOD, "well-1"),
    ("one of a disabled device", PINNED, "", trust(KnownCertificate("well-1"), {}), NOW, Verdict.DISABLED, "well-1"),
    ("a maker's, by its common name", SIGNED, "", TRUST, NOW, Verdict.GOOD, "well-2"),
    ("a maker's, by the URI of the device", IN_ITS_URI, "well-2", TRUST, NOW, Verdict.GOOD, "well-2"),
    ("a maker's, by a DNS name", IN_ITS_DNS, "", TRUST, NOW, Verdict.GOOD, "well-2"),
    ("a maker's, by another code", SIGNED, "well-1", TRUST, NOW, Verdict.OTHER_DEVICE, "well-1"),
    ("a maker's that names two devices", TWICE, "", TRUST, NOW, Verdict.OTHER_DEVICE, ""),
    ("a maker's for a device outside its region", FAR, "", TRUST, NOW, Verdict.OTHER_DEVICE, ""),
    ("a maker's, when its authority has ended", SIGNED, "", TRUST, LATER, Verdict.UNKNOWN, "well-2"),
    ("one by an authority of the same name", FOREIGN, "", TRUST, NOW, Verdict.UNKNOWN, "well-2"),
    ("one that a device has signed", BY_A_DEVICE, "", TRUST, NOW, Verdict.UNKNOWN, "well-2"),
    ("an authority below the maker's", SECOND_AUTHORITY, "", TRUST, NOW, Verdict.UNKNOWN, "well-2"),
]


@pytest.mark.parametrize(
    ("shown", "asked", "known", "now", "verdict", "code"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_the_rule(shown: Made, asked: str, known: Trust, now: datetime, verdict: Verdict, code: str) -> None:
    found = judge(shown.der, known, asked, now)
    assert (found.verdict, found.code) == (verdict, code)
    if verdict is not Verdict.GOOD:
        why = why_refused(found, "192.0.2.7").in_english
        assert "192.0.2.7" in why
        assert "%(" not in why
        assert (found.at is not None) == (verdict in {Verdict.EXPIRED, Verdict.NOT_YET, Verdict.REVOKED, Verdict.REPLACED})


def test_what_was_good_ends_with_its_row_or_its_authority() -> None:
    def is_good(found: Finding, known: Trust) -> bool:
        return good_until(found, known) is not None

    pinned, signed = judge(PINNED.der, TRUST, "", NOW), judge(SIGNED.der, TRUST, "", NOW)
    assert is_good(pinned, TRUST)
    assert not is_good(pinned, trust(KnownCertificate("well-1", revoked_at=NOW)))
    assert not is_good(pinned, trust(KnownCertificate("well-2")))
    assert not is_good(pinned, Trust({}, (AUTHORITY,), REGIONS))
    soon = NOW + timedelta(days=1)
    assert good_until(pinned, trust(KnownCertificate("well-1", ends_at=soon))) == soon
    assert is_good(signed, TRUST)
    assert not is_good(signed, Trust({}, (), REGIONS))
    revoked = Trust({SIGNED.fingerprint: KnownCertificate("well-2", revoked_at=NOW)}, (AUTHORITY,), REGIONS)
    assert not is_good(signed, revoked)


def test_a_signature_written_in_a_second_way_is_revoked_with_the_first() -> None:
    r, s = decode_dss_signature(SIGNED.certificate.signature)
    other = encode_dss_signature(r, P256_ORDER - s)
    first = SIGNED.certificate.signature
    der = SIGNED.der.replace(first, other)
    if len(other) != len(first):  # lengths stand before it: the outer sequence, the bit string
        body = SIGNED.certificate.tbs_certificate_bytes + ECDSA_SHA256 + bytes([3, len(other) + 1, 0]) + other
        der = b"\x30\x82" + len(body).to_bytes(2) + body
    twin = judge(der, TRUST, "", NOW)
    assert twin.verdict is Verdict.GOOD, "the second way is as good as the first"
    assert twin.facts.fingerprint != SIGNED.fingerprint
    facts = facts_of(SIGNED.certificate)
    revoked = Trust({}, (AUTHORITY,), REGIONS, {(facts.issuer, facts.serial): NOW})
    assert judge(der, revoked, "", NOW).verdict is Verdict.REVOKED
    assert good_until(twin, revoked) is None


KEYS = [
    ("RSA 1024", lambda: WEAK.key, "RSA key of 1024 bits"),
    ("RSA 2048", lambda: rsa.generate_private_key(65_537, 2048), ""),
    ("P-192", lambda: ec.generate_private_key(ec.SECP192R1()), "secp192r1"),
    ("P-256", lambda: ec.generate_private_key(ec.SECP256R1()), ""),
    ("P-384", lambda: ec.generate_private_key(ec.SECP384R1()), ""),
    ("secp256k1", lambda: ec.generate_private_key(ec.SECP256K1()), "secp256k1"),
    ("Ed25519", ed25519.Ed25519PrivateKey.generate, ""),
    ("DSA", lambda: dsa.generate_private_key(2048), "kind of key is not supported"),
]


@pytest.mark.parametrize(("make", "why"), [row[1:] for row in KEYS], ids=[row[0] for row in KEYS])
def test_strength_of_keys(make: object, why: str) -> None:
    key = make()  # type: ignore[operator]
    unfit = facts_of(made("one", key=key).certificate).unfit
    assert why in (unfit.in_english if unfit else "")
    assert bool(why) == (unfit is not None)
    if why:
        with pytest.raises(InvalidInput, match=why):
            read_request(request_of(key))
    else:
        assert read_request(request_of(key)) == key.public_key()


def test_sm2_is_said_to_be_unsupported() -> None:
    p256 = bytes.fromhex("06082a8648ce3d030107")
    der = made("sm2").der.replace(p256, SM2)
    with pytest.raises(InvalidInput, match="SM2 keys are not supported"):
        check_device_certificate(facts_of(x509.load_der_x509_certificate(der)), NOW)


WRONG = [
    ("nothing", b"", "no certificate"),
    ("a text", b"hello", "no certificate"),
    ("a private key beside it", (PINNED.pem + PINNED.key_pem).encode(), "a private key stands in it"),
    ("a broken body", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "can't be read"),
    ("bytes that begin as DER", b"\x30\x82\x01", "can't be read"),
    ("too many", PINNED.pem.encode() * 11, "more than 10"),
    ("too large", b"x" * 70_000, "smaller"),
]


@pytest.mark.parametrize(("content", "why"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_no_certificate_says_why(content: bytes, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        read_certificates(content)


def test_pem_der_and_chains_are_read() -> None:
    assert read_certificate(SIGNED.der) == read_certificate(SIGNED.pem.encode()) == SIGNED.certificate
    assert read_certificates((SIGNED.pem + MAKER.pem).encode()) == [SIGNED.certificate, MAKER.certificate]
    lines = f"subject=CN = x\r\n{SIGNED.pem}".replace("\n", "\r\n")
    assert read_certificate(lines.encode()) == SIGNED.certificate
    assert check_authority([MAKER.certificate], NOW)[0].is_authority
    with pytest.raises(InvalidInput, match="is no authority"):
        check_authority([MAKER.certificate, SIGNED.certificate], NOW)
    with pytest.raises(InvalidInput, match="expired on"):
        check_authority([MAKER.certificate], LATER)
    with pytest.raises(InvalidInput, match="expired on"):
        check_device_certificate(facts_of(SIGNED.certificate), LATER)


def test_fingerprints_as_people_write_them() -> None:
    plain = PINNED.fingerprint
    pairs = ":".join(plain[at : at + 2] for at in range(0, 64, 2)).upper()
    assert {read_fingerprint(one) for one in (plain, pairs, f"sha256 Fingerprint={pairs}\n", pairs.replace(":", " "))} == {plain}
    assert read_fingerprint(plain[1:]) == read_fingerprint(PINNED.pem) == ""


def test_a_request_must_be_signed_with_its_own_key() -> None:
    request = x509.load_pem_x509_csr(request_of(PINNED.key).encode())
    der = bytearray(request.public_bytes(DER))
    der[-1] ^= 1
    broken = x509.load_der_x509_csr(bytes(der)).public_bytes(PEM).decode()
    with pytest.raises(InvalidInput):
        read_request(broken)
    with pytest.raises(InvalidInput, match="no signing request"):
        read_request(PINNED.pem)


@given(data=st.data())
def test_no_bytes_raise_anything_else(data: st.DataObject) -> None:
    """Good certificates with bytes changed, cut and inserted: a verdict, or InvalidInput."""
    der = bytearray(data.draw(st.sampled_from([PINNED.der, SIGNED.der, MAKER.der, IN_ITS_URI.der, WEAK.der])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(der) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                der[at] = data.draw(st.integers(0, 255))
            case 1:
                del der[at:]
                der = der or bytearray(b"\x30")
            case 2:
                der[at:at] = data.draw(st.binary(max_size=8))
            case _:
                der[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = judge(bytes(der), TRUST, data.draw(st.sampled_from(["", "well-1", "x"])), NOW)
        assert found.verdict in Verdict
        if bytes(der) not in {PINNED.der, SIGNED.der, IN_ITS_URI.der}:
            assert found.verdict is not Verdict.GOOD
        why_refused(found, "192.0.2.7")
    except InvalidInput:
        pass


@given(st.binary(max_size=300), st.text(max_size=200))
def test_no_text_raises_anything_else(content: bytes, text: str) -> None:
    for read, given_ in (
        (read_certificates, content),
        (read_certificates, b"-----BEGIN CERTIFICATE-----\n" + content + b"\n-----END CERTIFICATE-----"),
        (read_request, f"-----BEGIN CERTIFICATE REQUEST-----\n{text}\n-----END CERTIFICATE REQUEST-----"),
        (read_request, text),
        (read_fingerprint, text),
    ):
        with suppress(InvalidInput):
            read(given_)  # type: ignore[operator]  # each reads what stands beside it
