"""One verdict on a message with its reason: the answer of `tocsin cap check`, and what decides on messages that come in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography.x509 import Certificate
from lxml import etree

from tocsin.base.errors import InvalidInput
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
    is_unsigned,
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
    """The verdict, its reason, and the message as far as it could be read."""

    verdict: Verdict
    reason: InvalidInput | None = None
    alert: Alert | None = None
    signed_by: str = ""

    @property
    def why(self) -> str:
        """The reason in the reader's language; empty for what is valid."""
        return "" if self.reason is None else str(self.reason)


def check(data: bytes, *, trusted: Sequence[Certificate], at: datetime | None = None, takes_unsigned: bool = False) -> Checked:
    """Judges a message's bytes. `at`: when the certificate must have been valid; None for the message's own `sent`.
    `takes_unsigned`: one without a signature may be valid all the same, `signed_by` is empty then.

    The first thing that is wrong decides, from the form inwards: bytes, doubled elements, schema, signature, certificate, trust,
    sense. What is read of the message is what the signature covers.
    """
    alert = None
    try:
        root = parse(data)
        check_single(root)
        check_schema(root)
        alert = read_alert(root)
        signer = ""
        if not (takes_unsigned and is_unsigned(root)):
            signed = verify(root)
            alert, signer = read_alert(signed.root), _name(signed.certificate)
            found = _judge_certificate(signed, alert, trusted, at)
            if found is not None:
                return found
        check_sense(alert)
    except (Unreadable, OffSchema, Wrapped, Unsigned, WrongDigest, WrongSignature, Nonsense) as error:
        return Checked(Verdict(error.code), error, alert)
    return Checked(Verdict.VALID, alert=alert, signed_by=signer)


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
        if at < certificate.not_valid_before_utc:
            bound = certificate.not_valid_before_utc.isoformat()
            early = InvalidInput(
                "The certificate of %(name)s begins %(bound)s; asked for %(at)s", name=name, bound=bound, at=at.isoformat()
            )
            return Checked(Verdict.NOT_YET_VALID, early, alert, name)
        bound = certificate.not_valid_after_utc.isoformat()
        late = InvalidInput(
            "The certificate of %(name)s ended %(bound)s; asked for %(at)s", name=name, bound=bound, at=at.isoformat()
        )
        return Checked(Verdict.EXPIRED, late, alert, name)
    if not may_sign_messages(certificate):
        other = InvalidInput("The certificate of %(name)s is not meant for signing messages", name=name)
        return Checked(Verdict.UNTRUSTED, other, alert, name)
    if not is_trusted(certificate, sent_along=signed.sent_along, trusted=trusted, at=at):
        stranger = InvalidInput("%(name)s is not trusted, nor any who issued its certificate", name=name)
        return Checked(Verdict.UNTRUSTED, stranger, alert, name)
    return None


def _name(certificate: Certificate) -> str:
    return certificate.subject.rfc4514_string()
