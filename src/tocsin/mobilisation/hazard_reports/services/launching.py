"""An app opens the page with a signed identity: it is sealed at once, and what is kept of it is that its id was used.

What goes back to the page is a ticket, sealed by a key of this installation: the phone keeps that in place of a name, also while
it waits for a network. Name, telephone number and account are in no table, no log and no address before two officers' keys seal
them with the report.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.documents import decode_json
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.mobilisation.hazard_reports.models import AppLaunch
from tocsin.mobilisation.hazard_reports.policy.apps import APPS
from tocsin.mobilisation.hazard_reports.queries.identity import any_keys
from tocsin.mobilisation.hazard_reports.rules.launching import CLOCKS_DIFFER, Claims, LaunchVerdict, judge_launch
from tocsin.mobilisation.hazard_reports.rules.sealing import Identity

_SALT: Final = 12  # bytes of a nonce of AES-GCM


@dataclass(frozen=True)
class Launched:
    """What the page is told: the ticket, and whom it shows."""

    ticket: str
    app: str
    identity: Identity


class _Ticket(msgspec.Struct, frozen=True):
    name: str
    telephone: str
    account: str
    until: datetime


def launch(*, text: str, now: datetime) -> Launched:
    """The identity that an app has signed, sealed; Conflict where it was used before, NotAllowed where it counts for nothing."""
    policy = APPS.current()
    apps = tuple(one.known for one in policy.app)
    verdict, claims = judge_launch(text, apps, today=timezone.localdate(now), now=now, longest=policy.longest)
    if claims is None:
        raise NotAllowed(_refusal(verdict))
    if not any_keys():
        raise InvalidInput(_("No keys seal a name here yet: report without a name."))
    _use_once(claims, now)
    app = next(one for one in policy.app if one.issuer == claims.iss)
    identity = Identity(name=claims.name.strip(), telephone=claims.telephone.strip(), account=claims.account.strip())
    until = now + timedelta(days=policy.kept_days)
    return Launched(_seal(_Ticket(identity.name, identity.telephone, identity.account, until)), app.name, identity)


def identity_of(*, ticket: str, now: datetime) -> Identity:
    """Whom a ticket names; NotAllowed for one that was changed or is over."""
    try:
        data = base64.urlsafe_b64decode(ticket)
    except ValueError:
        data = b""
    for key in keys_of(Purpose.LAUNCHES, leaked=False):
        try:
            plain = AESGCM(key).decrypt(data[:_SALT], data[_SALT:], None)
        except (InvalidTag, ValueError):
            continue
        told = decode_json(plain, _Ticket)
        if told.until < now:
            break
        return Identity(name=told.name, telephone=told.telephone, account=told.account)
    raise NotAllowed(_("What the app said of you holds no longer: open this page from the app again, or report without a name."))


def _seal(ticket: _Ticket) -> str:
    salt = os.urandom(_SALT)
    return base64.urlsafe_b64encode(
        salt + AESGCM(key_for(Purpose.LAUNCHES)).encrypt(salt, msgspec.json.encode(ticket), None)
    ).decode()


def _use_once(claims: Claims, now: datetime) -> None:
    """Its id is kept as a hash until it would have expired by itself."""
    used = hashlib.sha256(f"{claims.iss}\n{claims.jti}".encode()).hexdigest()
    AppLaunch.objects.filter(expires_at__lt=now - 2 * CLOCKS_DIFFER).delete()
    try:
        with transaction.atomic():
            AppLaunch.objects.create(used_sha256=used, expires_at=datetime.fromtimestamp(claims.exp, tz=now.tzinfo))
    except IntegrityError:
        raise Conflict(_("The app has opened this page with these words before. Open it from the app again.")) from None


def _refusal(verdict: LaunchVerdict) -> str:
    match verdict:
        case LaunchVerdict.UNKNOWN_APP | LaunchVerdict.ENDED:
            return _("This app is not registered here. You can report without a name.")
        case LaunchVerdict.EXPIRED | LaunchVerdict.NOT_YET | LaunchVerdict.TOO_LONG:
            return _("What the app said of you holds no longer: open this page from the app again, or report without a name.")
        case LaunchVerdict.INCOMPLETE:
            return _("The app told no name or no telephone number. You can report without a name.")
        case _:
            return _("What the app said of you can't be proved. You can report without a name.")
