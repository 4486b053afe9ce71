"""Codes to be scanned: what a token says, and whether it still holds.

A token is signed with a key of its own and dated: a key that was replaced vouches only for what was made before. A sign's token
names its issue, so that a sign that was stolen or copied is withdrawn without touching the object; a screen's token names the
object and holds for minutes. Neither can be guessed, and neither says more than which object is meant.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import segno
from django.conf import settings
from django.core.signing import BadSignature, Signer

from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.supervision.objects.models import CodeIssue, SupervisedObject
from tocsin.supervision.objects.policy.register import register
from tocsin.supervision.objects.rules.codes import PREFIX

SALT: Final = "tocsin.supervision.code"
_SIGN, _SCREEN = "s", "c"


class CodeVerdict(StrEnum):
    """What a scanned code is worth."""

    VALID = "valid"
    FORGED = "forged"  # not ours
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Scanned:
    """What was scanned: the verdict, and the object as the register has it now (the kept one of a merge) where it is ours."""

    verdict: CodeVerdict
    found: SupervisedObject | None = None
    issued_at: datetime | None = None
    on_sign: bool = False


def sign_token(issue: CodeIssue) -> str:
    """The token of a printed sign."""
    return _signed(_SIGN, issue.pk, issue.issued_at)


def screen_token(supervised_object: SupervisedObject, *, now: datetime) -> str:
    """The token of a code on a screen, good for the seconds in policy."""
    return _signed(_SCREEN, supervised_object.pk, now)


def read_code(token: str, *, now: datetime) -> Scanned:
    """What a token says at `now`."""
    read = _read(token)
    if read is None:
        return Scanned(CodeVerdict.FORGED)
    kind, subject, issued_at = read
    if kind == _SCREEN:
        found = SupervisedObject.objects.filter(pk=subject).first()
        holds = timedelta(seconds=register().screen.keep_s)
        withdrawn = False
    else:
        issue = CodeIssue.objects.select_related("object").filter(pk=subject).first()
        if issue is not None and token.partition(".")[0] != _content(_SIGN, subject, issue.issued_at):
            return Scanned(CodeVerdict.FORGED)  # another day than the sign was issued on
        found, withdrawn = (issue.object, issue.withdrawn_at is not None) if issue else (None, False)
        holds = timedelta(days=register().sign.keep_days)
    if found is None:
        return Scanned(CodeVerdict.FORGED)
    if withdrawn:
        return Scanned(CodeVerdict.WITHDRAWN, issued_at=issued_at, on_sign=True)
    if not issued_at - timedelta(minutes=5) <= now < issued_at + holds:
        return Scanned(CodeVerdict.EXPIRED, issued_at=issued_at, on_sign=kind == _SIGN)
    return Scanned(CodeVerdict.VALID, kept_of(found), issued_at, kind == _SIGN)


def object_of_code(token: str, *, now: datetime) -> SupervisedObject | None:
    """The object of a code that holds; None for any other."""
    found = read_code(token, now=now)
    return found.found if found.verdict is CodeVerdict.VALID else None


def kept_of(found: SupervisedObject) -> SupervisedObject:
    """The object that an absorbed one belongs to now; itself otherwise."""
    while found.merged_into_id is not None:
        found = SupervisedObject.objects.get(pk=found.merged_into_id)
    return found


def issue_in_force(supervised_object: SupervisedObject) -> CodeIssue | None:
    """The sign's code that counts."""
    return CodeIssue.objects.filter(object=supervised_object, withdrawn_at__isnull=True).select_related("issued_by").first()


def code_path(token: str) -> str:
    """The path of the page behind a code."""
    return f"{PREFIX}{token}"


def holds_on_screen_s() -> int:
    """How long a code on a screen holds."""
    return register().screen.keep_s


def public_address() -> str:
    """Where outsiders reach this installation: the first public host, else this machine's own address."""
    configuration = settings.CONFIGURATION
    scheme = "https" if configuration.behind_https else "http"
    if hosts := configuration.now.public_hosts:
        return f"{scheme}://{hosts[0]}"
    return f"{scheme}://{configuration.http_host}:{configuration.http_port}"


def drawing(token: str) -> segno.QRCode:
    """The QR of a token's address, level M: a sign outdoors loses a corner."""
    return segno.make_qr(public_address() + code_path(token), error="m")


def _signed(kind: str, subject: UUID, at: datetime) -> str:
    return Signer(key=key_for(Purpose.CODES), salt=SALT, sep=".").sign(_content(kind, subject, at))


def _content(kind: str, subject: UUID, at: datetime) -> str:
    name = base64.urlsafe_b64encode(subject.bytes).decode().rstrip("=")
    return f"{kind}{name}{int(at.timestamp()):x}"


def _read(token: str) -> tuple[str, UUID, datetime] | None:
    """What our own token says: signed by a key that was in force at the time that it names."""
    value = token.partition(".")[0]
    try:
        subject = UUID(bytes=base64.urlsafe_b64decode(value[1:23] + "=="))
        at = datetime.fromtimestamp(int(value[23:], 16), tz=UTC)
        key, *older = keys_of(Purpose.CODES, made_at=at, leaked=value[0] == _SIGN)
        Signer(key=key, fallback_keys=list[bytes | str](older), salt=SALT, sep=".").unsign(token)
        return value[0], subject, at
    except (BadSignature, ValueError, IndexError, OverflowError):
        return None
