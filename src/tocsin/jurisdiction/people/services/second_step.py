"""The second step of signing in: a code of an authenticator app (RFC 6238), or one of the recovery codes."""

import base64
from datetime import datetime
from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.keys import Purpose, Resealed
from tocsin.base.sealing import BEGINNING, SealBrokenError, Sealer
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.rules.codes import accepted_step, digits_of
from tocsin.jurisdiction.people.services.browsers import Source
from tocsin.jurisdiction.people.services.logins import try_secret
from tocsin.jurisdiction.people.services.sessions import end_sessions
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.services import require_person_at_screen

LAST_STEP: Final = "last_step"  # in an authenticator's data: the step of the last code that was taken

_SEALER: Final = Sealer(Purpose.SECOND_STEPS, "second step")


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # django-allauth has no types
    """Secrets of authenticators lie encrypted in the database: who copies it has no codes without the secret key."""

    def encrypt(self, text: str) -> str:
        """The text under the installation's key for it."""
        return _SEALER.seal_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given, also under an earlier key."""
        return _SEALER.open_text(encrypted_text)


@transaction.atomic
def seal_second_steps_anew(*, after: int, limit: int) -> Resealed:
    """Puts up to `limit` authenticators behind the row `after` under the key in force; harmless when done twice.

    What no key opens (its key was lost) is left as it is and counted.
    """
    done = lost = 0
    rows = list(Authenticator.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
    for row in rows:
        fresh = {name: _sealed_anew(value) for name, value in row.data.items()}
        lost += any(value is None for value in fresh.values())
        if changed := {name: value for name, value in fresh.items() if value is not None and value != row.data[name]}:
            row.data |= changed
            row.save(update_fields=["data"])
            done += 1
    return Resealed(done, lost, rows[-1].pk if rows else None)


def _sealed_anew(value: object) -> object:
    """A value of an authenticator with every sealed text in it under the key in force; None where no key opens one."""
    if isinstance(value, list):
        parts = [_sealed_anew(one) for one in value]
        return None if None in parts else parts
    if not isinstance(value, str) or not value.startswith(BEGINNING):
        return value
    try:
        return _SEALER.renewed(value)
    except SealBrokenError:
        return None


def new_second_step_secret() -> str:
    """A random secret for an authenticator app, sealed: so it waits in the session for its first code."""
    return SealedSecrets().encrypt(generate_totp_secret())


def shown_secret(sealed: str) -> str:
    """The secret that waits, in base 32, for the page that shows it."""
    return SealedSecrets().decrypt(sealed)


def draw_second_step(user: User, secret: str) -> str:
    """The secret as a QR code that an authenticator app reads: an SVG picture as a `data:` address."""
    adapter = SealedSecrets()
    picture = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


@transaction.atomic
def set_up_second_step(*, user: User, secret: str, code: str, session_key: str, now: datetime) -> list[str]:
    """From now on a code is asked after the password. Returns the recovery codes, which are shown only now.

    The code proves that the app has the (sealed) secret; InvalidInput for a wrong one. An earlier authenticator is replaced, and
    the person's other sessions end: they were opened by the password alone.
    """
    require_person_at_screen(user)
    plain = shown_secret(secret)
    step = accepted_step(plain, digits_of(code), now_s=now.timestamp(), last=-1)
    if step is None:
        raise InvalidInput(_("This code is wrong. Is the clock of your telephone right?"))
    Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN).delete()
    app = TOTP.activate(user, plain).instance
    app.data[LAST_STEP] = step
    app.save(update_fields=["data"])
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    end_sessions(user=user, but=session_key)
    tell(RightsActed(user, "second_step.set_up", "user", str(user.pk), queries.region_of(user)))
    return codes


def check_second_step(*, user: User, code: str, source: Source, now: datetime) -> bool:
    """Is this a code of the person's app, or an unused recovery code? A code counts once, in whichever process it is shown.

    A wrong one counts for the brake like a wrong password; TooManyFailures where it holds.
    """
    return try_secret(username=user.username, source=source, now=now, is_right=lambda _known: _is_right(user, code, now))


@transaction.atomic
def _is_right(user: User, code: str, now: datetime) -> bool:
    typed = digits_of(code)
    known = list(Authenticator.objects.select_for_update().filter(user=user)) if typed else []
    return any(_takes(one, typed, now) for one in known)


def _takes(authenticator: Authenticator, code: str, now: datetime) -> bool:
    """Whether the code is right and new. The row is locked by the caller: two who show one code wait for each other."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        right = bool(authenticator.wrap().validate_code(code))
        authenticator.refresh_from_db()
    elif authenticator.type == Authenticator.Type.TOTP:
        secret = SealedSecrets().decrypt(authenticator.data["secret"])
        step = accepted_step(secret, code, now_s=now.timestamp(), last=authenticator.data.get(LAST_STEP, -1))
        right = step is not None
        authenticator.data = {"secret": authenticator.data["secret"], LAST_STEP: step}
    else:
        return False
    if right:
        authenticator.last_used_at = now
        authenticator.save(update_fields=["data", "last_used_at"])
    return right


def forget_second_step(*, user: User) -> None:
    """The person's authenticator and recovery codes are gone; part of giving a new one-time password."""
    Authenticator.objects.filter(user=user).delete()
