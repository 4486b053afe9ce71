"""The signature of a message: XML-DSig, enveloped, one reference to the whole, the certificate beside it."""

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import Certificate
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidInput, InvalidSignature
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tocsin.base import errors
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert
from tocsin.mobilisation.public_warnings.rules.cap.reading import OffSchema, parse
from tocsin.mobilisation.public_warnings.rules.cap.writing import as_bytes, write_alert

if TYPE_CHECKING:
    from lxml.etree import _Element

DSIG = "http://www.w3.org/2000/09/xmldsig#"
_DS = f"{{{DSIG}}}"
ENVELOPED = f"{DSIG}enveloped-signature"
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_CONTENTS = ("DigestValue", "SignatureValue", "X509Certificate")
LEAST_RSA_BITS = 2048


class Unsigned(errors.InvalidInput):
    """The message has no signature."""

    code = "unsigned"


class Wrapped(errors.InvalidInput):
    """A signature, element or transform that lets another text be shown than was signed."""

    code = "wrapped"


class WrongDigest(errors.InvalidInput):
    """The message is another one than was signed."""

    code = "digest"


class WrongSignature(errors.InvalidInput):
    """The signature was not made by the key of its certificate, or in a way that is not trusted."""

    code = "signature"


@dataclass(frozen=True)
class Signer:
    """A key and its certificate, behind it those that lead to an authority."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True)
class Signed:
    """What a signature covers, and by whose certificate."""

    root: "_Element"
    certificate: Certificate
    sent_along: tuple[Certificate, ...]


def sign(alert: Alert, signer: Signer) -> bytes:
    """The message's bytes with its signature; to be kept and sent as they are."""
    is_rsa = isinstance(signer.key, rsa.RSAPrivateKey)
    xml = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = xml.sign(write_alert(alert), key=signer.key, cert=list(signer.certificates))
    return as_bytes(signed)


def is_unsigned(root: "_Element") -> bool:
    """Whether nothing in the message is a signature, or a part of one."""
    return next(root.iter(f"{_DS}*"), None) is None


def verify(root: "_Element") -> Signed:
    """What the one signature of the message covers. Refuses by what is wrong: Unsigned, Wrapped, WrongDigest, WrongSignature."""
    signature = _only_signature(root)
    _check_form(signature)
    certificates = _certificates(signature)
    certificate = certificates[0]
    _check_strength(certificate)
    try:
        result = XMLVerifier().verify(
            parse(etree.tostring(root)),
            x509_cert=certificate,
            expect_config=SignatureConfiguration(
                location="./",
                expect_references=1,
                signature_methods=METHODS,
                digest_algorithms=DIGESTS,
                verification_time=certificate.not_valid_before_utc,  # the time is judged by whoever asks
            ),
        )
    except InvalidDigest as error:
        raise WrongDigest("The message was changed behind its signature: its digest is another one") from error
    except (InvalidSignature, InvalidInput) as error:
        raise WrongSignature("The signature does not hold: %(why)s", why=error) from error
    covered = None if isinstance(result, list) else result.signed_xml
    if covered is None or covered.tag != root.tag:
        raise Wrapped("The signature covers something else than the message")
    return Signed(covered, certificate, certificates[1:])


def _only_signature(root: "_Element") -> "_Element":
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise Unsigned("The message has no signature")
    if len(found) > 1:
        raise Wrapped("The message has %(count)s signatures; only one can be followed", count=len(found))
    if found[0].getparent() is not root:
        raise Wrapped("The signature lies inside an element, not at the end of the message")
    return found[0]


def _check_form(signature: "_Element") -> None:
    """One reference to the whole message, no transform but enveloped and canonical form, canonical base64."""
    if signature.find(f"{_DS}Object") is not None:
        raise Wrapped("The signature brings an object of its own")
    references = list(signature.iter(f"{_DS}Reference"))
    if len(references) != 1 or references[0].get("URI") != "":
        raise Wrapped("The signature does not refer to the whole message, and to it alone")
    transforms = [one.get("Algorithm") for one in references[0].iter(f"{_DS}Transform")]
    if ENVELOPED not in transforms or any(not _is_canonical_form(one) for one in transforms if one != ENVELOPED):
        raise Wrapped("The signature changes the message before it signs: %(how)s", how=", ".join(map(str, transforms)))
    for name in _CONTENTS:
        for element in signature.iter(_DS + name):
            _check_base64(name, "".join((element.text or "").split()))


def _is_canonical_form(algorithm: str | None) -> bool:
    try:
        CanonicalizationMethod(algorithm)
    except ValueError:
        return False
    return True


def _check_base64(name: str, text: str) -> None:
    try:
        canonical = base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except (ValueError, binascii.Error):
        canonical = False
    if not canonical or not text:
        raise OffSchema("%(name)s of the signature is no canonical base64", name=name)


def _certificates(signature: "_Element") -> tuple[Certificate, ...]:
    """Those that came along, the signer's first. A chain may stand in any order: the signer's is the one that issued no other."""
    found = []
    for element in signature.iter(f"{_DS}X509Certificate"):
        try:
            found.append(x509.load_der_x509_certificate(base64.b64decode("".join((element.text or "").split()))))
        except ValueError as error:
            raise WrongSignature("A certificate of the signature can't be read: %(why)s", why=error) from error
    if not found:
        raise WrongSignature("The signature brings no certificate")
    issuers = {one.issuer for one in found if one.issuer != one.subject}
    leaves = [one for one in found if one.subject not in issuers] or found
    return (leaves[0], *(one for one in found if one != leaves[0]))


def _check_strength(certificate: Certificate) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256:
        return
    raise WrongSignature("The certificate's key is too weak or of a kind that is not taken: RSA from 2048 bits, ECDSA from P-256")
