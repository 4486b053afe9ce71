"""Accounts made, disabled, and their passwords."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.rules.leaving import PSEUDONYM
from tocsin.jurisdiction.people.services.browsers import Source, forget_browsers
from tocsin.jurisdiction.people.services.grants import require_another_administrator
from tocsin.jurisdiction.people.services.logins import check_password
from tocsin.jurisdiction.people.services.providers import disconnect_provider
from tocsin.jurisdiction.people.services.second_step import forget_second_step
from tocsin.jurisdiction.people.services.sessions import end_sessions
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.queries import SYSTEM_ID, may
from tocsin.jurisdiction.rights.rules import Role
from tocsin.jurisdiction.rights.services import require, require_person_at_screen

CLEAR_SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without 0 O o, 1 l I
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def new_one_time_password() -> str:
    """A random password that can be read aloud; it is to be changed at its first use."""
    return "".join(secrets.choice(CLEAR_SIGNS) for _sign in range(policy().password.one_time_length))


@dataclass(frozen=True)
class NewAccount:
    """An account that is to be made. Its password is hashed already: that takes half a second, no transaction waits for it."""

    username: str
    password_hash: str
    one_time: str | None
    name: str = ""
    organisation_id: UUID | None = None
    language: str = ""
    break_glass: bool = False

    @classmethod
    def without_password(cls, username: str, name: str, organisation_id: UUID | None) -> "NewAccount":
        """One that nobody can use before a one-time password is handed out."""
        return cls(username, make_password(None), one_time="", name=name, organisation_id=organisation_id)

    @classmethod
    def prepare(cls, username: str, password: str | None = None, **more: Any) -> "NewAccount":
        """With a one-time password where none is given."""
        one_time = new_one_time_password() if password is None else None
        return cls(username=username, password_hash=make_password(password or one_time), one_time=one_time, **more)


def create_person(
    *,
    actor: User,
    username: str,
    name: str = "",
    organisation_id: UUID | None = None,
    language: str = "",
    password: str | None = None,
    break_glass: bool = False,
) -> tuple[User, str | None]:
    """A new account without any right, and its one-time password where none was given.

    `break_glass` (the machine's command line alone) makes an account for the worst night: its password stays as it is, for a
    sealed envelope, no second step and no provider stands before it, and every use is marked in the audit trail.
    InvalidInput for a user name that is not lower-case letters, digits, dot, dash or underscore, Conflict where it is taken.
    """
    _check_new(actor, username, name, organisation_id, break_glass)
    more: dict[str, Any] = {"name": name, "organisation_id": organisation_id, "language": language, "break_glass": break_glass}
    account = NewAccount.prepare(username, password, **more)
    return keep_account(actor=actor, account=account), account.one_time


@transaction.atomic
def keep_account(*, actor: User, account: NewAccount) -> User:
    """Makes the account that was prepared; the refusals are those of `create_person`."""
    region_code = _check_new(actor, account.username, account.name, account.organisation_id, account.break_glass)
    user = User(
        username=account.username,
        password=account.password_hash,
        name=account.name,
        organisation_id=account.organisation_id,
        language=account.language,
        must_change_password=account.one_time is not None and not account.break_glass,
        break_glass=account.break_glass,
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("The user name %(username)s is taken.") % {"username": account.username}) from None
    details: dict[str, object] = {"username": account.username, "break_glass": account.break_glass}
    tell(RightsActed(actor, "person.created", "user", str(user.pk), region_code, details))
    return user


def _check_new(actor: User, username: str, name: str, organisation_id: UUID | None, break_glass: bool) -> str:
    """The region in which the actor may make this account; refused otherwise, and before anything costly."""
    require_person_at_screen(actor)
    if not USERNAME.fullmatch(username):
        raise InvalidInput(_("A user name has 2 to 60 lower-case letters, digits, dots, dashes or underscores."))
    if len(name) > 120:
        raise InvalidInput(_("A name has at most 120 characters."))
    organisation = Organisation.objects.filter(pk=organisation_id).first() if organisation_id else None
    if organisation_id and (organisation is None or not may(actor, "people.manage", organisation.region_id)):
        raise InvalidInput(_("There is no such organisation where you may make accounts."))
    region_code = organisation.region_id if organisation else EVERYWHERE
    require(actor, "people.manage", region_code)
    if break_glass and actor.pk != SYSTEM_ID:
        raise NotAllowed(_("A break-glass account is made on the machine itself."))
    return region_code


def disable_person(*, actor: User, user_id: UUID) -> User:
    """The account stays, with its history, and can't be used; its sessions and tokens end at once and for good.

    Conflict for the last system, security or audit administrator, by whichever way.
    """
    return _set_active(actor=actor, user_id=user_id, active=False)


def enable_person(*, actor: User, user_id: UUID) -> User:
    """The account can be used again."""
    return _set_active(actor=actor, user_id=user_id, active=True)


@transaction.atomic
def _set_active(*, actor: User, user_id: UUID, active: bool) -> User:
    require_person_at_screen(actor)
    user = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=user_id)
    region_code = queries.region_of(user)
    if not queries.may_manage(actor, user):
        raise NotAllowed(_("Your regions and roles do not reach this person."))
    if user.is_active != active:
        if not active:
            require_another_administrator(user, [Role(one) for one in user.grants.values_list("role", flat=True)])
            end_sessions(user=user)
            user.tokens.all().delete()
        elif user.username.startswith(PSEUDONYM):
            raise Conflict(_("What was known of this person has been deleted: make a new account."))
        user.is_active, user.left_at = active, None if active else timezone.now()
        user.save(update_fields=["is_active", "left_at"])
        action = "person.enabled" if active else "person.disabled"
        tell(RightsActed(actor, action, "user", str(user.pk), region_code, {"username": user.username}))
    return user


def reset_password(*, actor: User, user_id: UUID) -> str:
    """A new one-time password for a person who lost password or second step: every other way in is forgotten, sessions and
    tokens end.

    NotAllowed for an administrator's (`rules.may_reset_password`).
    """
    require_person_at_screen(actor)
    if not queries.may_reset_password_of(actor, User.objects.select_related("organisation").get(pk=user_id)):
        raise NotAllowed(_("Your regions and roles do not reach this person's password."))
    password = new_one_time_password()
    set_one_time_password(actor=actor, user_id=user_id, password_hash=make_password(password))
    return password


def hand_out_passwords(*, actor: User, people: Sequence[User]) -> list[tuple[User, str]]:
    """A one-time password for each of these people, as `reset_password`: nobody can read them again."""
    require_person_at_screen(actor)
    for one in people:
        if not queries.may_reset_password_of(actor, one):
            raise NotAllowed(_("Your regions and roles do not reach this person's password."))
    prepared = [(one, text, make_password(text)) for one in people for text in (new_one_time_password(),)]
    with transaction.atomic():
        for one, _text, hashed in prepared:
            set_one_time_password(actor=actor, user_id=one.pk, password_hash=hashed)
    return [(one, text) for one, text, _hashed in prepared]


@transaction.atomic
def withdraw_unused_account(*, actor: User, user_id: UUID) -> None:
    """Takes back an account that was made by mistake. Conflict where somebody has used it, has a role, or something names it."""
    require_person_at_screen(actor)
    user = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=user_id)
    if not queries.may_manage(actor, user):
        raise NotAllowed(_("Your regions and roles do not reach this person."))
    if user.last_login is not None or user.has_usable_password() or user.grants.exists():
        raise Conflict(_("%(username)s has a password or a role: close the account instead.") % {"username": user.username})
    details: dict[str, object] = {"username": user.username}
    tell(RightsActed(actor, "person.withdrawn", "user", str(user.pk), queries.region_of(user), details))
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, RestrictedError):
        raise Conflict(_("%(body)s is in use: it stays.") % {"body": user.username}) from None


@transaction.atomic
def set_one_time_password(*, actor: User, user_id: UUID, password_hash: str) -> None:
    """As `reset_password`, with a password that was hashed before the transaction."""
    user = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=user_id)
    region_code = queries.region_of(user)
    if not queries.may_reset_password_of(actor, user):
        raise NotAllowed(_("Your regions and roles do not reach this person's password."))
    user.password = password_hash
    user.must_change_password, user.locked_at = not user.break_glass, None
    user.save(update_fields=["password", "must_change_password", "locked_at"])
    forget_second_step(user=user)
    forget_browsers(user=user)
    disconnect_provider(user=user)
    end_sessions(user=user)
    user.tokens.all().delete()
    tell(RightsActed(actor, "password.reset", "user", str(user.pk), region_code, {"username": user.username}))


def change_own_password(*, user: User, old: str, new: str, source: Source, now: datetime) -> None:
    """The person's own change; InvalidInput where the old one is wrong or the new one weak or the same.

    Conflict for a break-glass account, whose password is random and lies in an envelope.
    """
    require_person_at_screen(user)
    if user.break_glass:
        raise Conflict(_("The password of a break-glass account is made on the machine itself, for its envelope."))
    check_password(user=user, password=old, source=source, now=now)
    if old == new:
        raise InvalidInput(_("The new password must differ from the present one."))
    set_password(user=user, password=new)


def set_password(*, user: User, password: str) -> None:
    """Sets a password chosen by its person, after `AUTH_PASSWORD_VALIDATORS`; InvalidInput lists what is missing."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from None
    user.set_password(password)  # before the transaction: it takes half a second
    user.must_change_password = False
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        tell(RightsActed(user, "password.changed", "user", str(user.pk), queries.region_of(user)))


def set_language(*, user: User, language: str) -> None:
    """The language in which the person reads. Not a right, so no audit entry."""
    user.language = language
    user.save(update_fields=["language"])
