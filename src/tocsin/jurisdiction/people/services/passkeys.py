"""Passkeys (WebAuthn): registered, named, ended, and shown at signing in. django-allauth checks them, we know the person.

Each is registered with the owner's PIN, finger or face (user verification) and found by the browser itself, so that it may stand
for password and code together.
"""

from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.documents import read_json
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.events import PasskeyAdded
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.browsers import Source
from tocsin.jurisdiction.people.services.logins import try_secret
from tocsin.jurisdiction.people.services.sessions import demands_second_step, end_sessions
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.services import require_person_at_screen

MOST: Final = 20
LONGEST_NAME: Final = 60
LONGEST_ANSWER: Final = 64 * 1024


def ask_to_register(user: User) -> dict[str, Any]:
    """What the browser is asked for a new passkey; the challenge stays in the session of the request."""
    return dict(webauthn.begin_registration(user, True))


def ask_to_sign_in(user: User | None) -> dict[str, Any]:
    """What the browser is asked at signing in: for one of this person's passkeys, or (None) for any with user verification."""
    return dict(webauthn.begin_authentication(user))


@transaction.atomic
def register_passkey(*, user: User, name: str, answer: str, session_key: str, now: datetime) -> list[str]:
    """A new passkey of the person, of which they hear. Returns the recovery codes where there were none, to be shown only now.

    Whoever calls has just seen the person prove who they are. InvalidInput for what the browser's answer does not prove, Conflict
    for a break-glass account or too many.
    """
    require_person_at_screen(user)
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(_("A passkey needs a name of at most %(count)s characters.") % {"count": LONGEST_NAME})
    if user.break_glass:
        raise Conflict(_("A break-glass account opens by the password in its envelope, and by nothing else."))
    if queries.passkeys_of(user).count() >= MOST:
        raise Conflict(_("You have %(count)s passkeys. End one of them first.") % {"count": MOST})
    credential = _read(answer)
    _prove(webauthn.complete_registration, credential)
    is_first = not queries.has_second_step(user)
    passkey = webauthn.WebAuthn.add(user, name, credential).instance
    had_codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).exists()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    if is_first:
        end_sessions(user=user, but=session_key)
    region = queries.region_of(user)
    tell(RightsActed(user, "passkey.registered", "user", str(user.pk), region, {"name": name}))
    record_event(PasskeyAdded(person_id=str(user.pk), passkey=str(passkey.pk), name=name), region=region)
    return [] if had_codes else codes


@transaction.atomic
def rename_passkey(*, user: User, passkey_id: int, name: str) -> None:
    """Another name for one of the person's passkeys; Authenticator.DoesNotExist for anybody else's."""
    require_person_at_screen(user)
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(_("A passkey needs a name of at most %(count)s characters.") % {"count": LONGEST_NAME})
    passkey = queries.passkeys_of(user).select_for_update().get(pk=passkey_id)
    passkey.data["name"] = name
    passkey.save(update_fields=["data"])


@transaction.atomic
def end_passkey(*, user: User, passkey_id: int) -> None:
    """It opens nothing any more; Authenticator.DoesNotExist for anybody else's.

    Conflict for the last second step of who must have one. With the last one of anybody else the recovery codes go, too.
    """
    require_person_at_screen(user)
    steps = list(Authenticator.objects.select_for_update().filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES))
    passkey = queries.passkeys_of(user).get(pk=passkey_id)
    if len(steps) == 1:
        if demands_second_step(user):
            raise Conflict(_("Your role demands a second step: set up another one first."))
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    name = str(passkey.data["name"])
    passkey.delete()
    tell(RightsActed(user, "passkey.ended", "user", str(user.pk), queries.region_of(user), {"name": name}))


def check_passkey(*, user: User, answer: str, source: Source, now: datetime) -> bool:
    """Did one of the person's passkeys sign what was asked? A wrong answer counts for the brake like a wrong code."""

    def is_right(_known: bool) -> bool:
        try:
            _complete(user, answer, now)
        except InvalidInput:
            return False
        return True

    return try_secret(username=user.username, source=source, now=now, is_right=is_right)


def person_of_passkey(*, answer: str, now: datetime) -> User:
    """Whose passkey signed what was asked of any, with user verification; InvalidInput where it is nobody's here."""
    claimed = _prove(webauthn.extract_user_from_response, _read(answer))
    user = User.objects.select_related("organisation").filter(pk=claimed.pk, is_active=True, break_glass=False).first()
    if user is None:
        raise InvalidInput(unknown_passkey())
    _complete(user, answer, now)
    return user


def _complete(user: User, answer: str, now: datetime) -> None:
    passkey = _prove(webauthn.complete_authentication, user, _read(answer))
    Authenticator.objects.filter(pk=passkey.pk).update(last_used_at=now)


def _read(answer: str) -> dict[str, Any]:
    try:
        read = read_json(answer, most_bytes=LONGEST_ANSWER)
    except InvalidInput:
        read = None
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise InvalidInput(unknown_passkey())
    return read


def _prove(step: Any, *given: Any) -> Any:
    """One step of django-allauth's; whatever an answer that was not made by a browser breaks in it is an unknown passkey."""
    try:
        return step(*given)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, LookupError):
        raise InvalidInput(unknown_passkey()) from None


def unknown_passkey() -> str:
    """What is said of an answer that opens nothing."""
    return _("This passkey is not known here, or its answer came too late. Try again.")
