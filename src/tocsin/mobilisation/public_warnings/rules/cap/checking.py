"""One verdict on a message with its reason: the answer of `tocsin cap check`, and what decides on messages that come in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography.x509 import Certificate
from lxml import etree

from tocsin.mobilisation.public_warnings.rules.cap.certificates import holds_at, is_trusted, may_sign_messages
from tocsin.mobilisation.public_warnings.rules.cap.message import NAMESPACE, Alert
from tocsin.mobilisation.public_warnings.rules.cap.reading import OffSchema, Unreadable, check_schema, parse, read_alert
from tocsin.mobilisation.public_warnings.rules.cap.sense import Nonsense, check_sense
from tocsin.mobilisation.public_warnings.rules.cap.signing import (
    Signed,
    Unsigned,
    Wrapped,
    WrongDigest,
    WrongSignature,
    verify,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

_CAP = f"{{{NAMESPACE}}}"
_MANY = {
    "alert": {"code", "info"},
    "info": {"category", "responseType", "eventCode", "parameter", "resource", "area"},
    "area": {"polygon", "circle", "geocode"},
}


class Verdict(StrEnum):
    """What is to be thought of a message. All but the first: it is not followed."""

    VALID = "valid"
    UNREADABLE = "unreadable"
    SCHEMA = "schema"
    WRAPPED = "wrapped"
    UNSIGNED = "unsigned"
    DIGEST = "digest"
    SIGNATURE = "signature"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNTRUSTED = "untrusted"
    NONSENSE = "nonsense"


EXIT_CODES: Final = {
    Verdict.VALID: 0,
    Verdict.UNREADABLE: 10,
    Verdict.SCHEMA: 11,
    Verdict.WRAPPED: 12,
    Verdict.UNSIGNED: 13,
    Verdict.DIGEST: 14,
    Verdict.SIGNATURE: 15,
    Verdict.EXPIRED: 16,
    Verdict.NOT_YET_VALID: 17,
    Verdict.UNTRUSTED: 18,
    Verdict.NONSENSE: 19,
}
"""Of `tocsin cap check` for one file. 1 and 2 are left to mistakes in the call."""


@dataclass(frozen=True)
class Checked:
    """The verdict, its reason in words for whoever set it up, and the message as far as it could be read."""

    verdict: Verdict
    why: str = ""
    alert: Alert | None = None
    signed_by: str = ""


def check(data: bytes, *, trusted: Sequence[Certificate], at: datetime | None = None) -> Checked:
    """Judges a message's bytes. `at`: when the certificate must have been valid; None for the message's own `sent`.

    The first thing that is wrong decides, from the form inwards: bytes, doubled elements, schema, signature, certificate, trust,
    sense. What is read of the message is what the signature covers.
    """
    try:
        root = parse(data)
        check_single(root)
        check_schema(root)
        alert = read_alert(root)
        signed = verify(root)
        alert = read_alert(signed.root)
        found = _judge_certificate(signed, alert, trusted, at)
        if found is not None:
            return found
        check_sense(alert)
    except (Unreadable, OffSchema, Wrapped, Unsigned, WrongDigest, WrongSignature, Nonsense) as error:
        return Checked(Verdict(error.code), str(error))
    return Checked(Verdict.VALID, alert=alert, signed_by=_name(signed.certificate))


def check_single(root: "_Element") -> None:
    """Wrapped for a message in a message, and for elements that may stand once and stand twice."""
    if root.tag != f"{_CAP}alert":
        raise OffSchema("The root element is %(tag)s and not alert of CAP 1.2", tag=root.tag)
    if len(list(root.iter(f"{_CAP}alert"))) > 1:
        raise Wrapped("The message holds another message")
    for element in root.iter(f"{_CAP}*"):
        name = etree.QName(element).localname
        counted = Counter(etree.QName(child).localname for child in element.iterchildren(f"{_CAP}*"))
        for child, count in counted.items():
            if count > 1 and child not in _MANY.get(name, set()):
                raise Wrapped(
                    "line %(line)s: %(child)s stands %(count)s times", line=element.sourceline, child=child, count=count
                )


def _judge_certificate(signed: Signed, alert: Alert, trusted: Sequence[Certificate], at: datetime | None) -> Checked | None:
    certificate, at = signed.certificate, at or alert.sent
    name = _name(certificate)
    if not holds_at(certificate, at):
        early = at < certificate.not_valid_before_utc
        verdict = Verdict.NOT_YET_VALID if early else Verdict.EXPIRED
        bound = certificate.not_valid_before_utc if early else certificate.not_valid_after_utc
        word = "begins" if early else "ended"
        return Checked(verdict, f"The certificate of {name} {word} {bound.isoformat()}; asked for {at.isoformat()}", alert, name)
    if not may_sign_messages(certificate):
        return Checked(Verdict.UNTRUSTED, f"The certificate of {name} is not meant for signing messages", alert, name)
    if not is_trusted(certificate, sent_along=signed.sent_along, trusted=trusted, at=at):
        return Checked(Verdict.UNTRUSTED, f"{name} is not trusted, nor any who issued its certificate", alert, name)
    return None


def _name(certificate: Certificate) -> str:
    return certificate.subject.rfc4514_string()
