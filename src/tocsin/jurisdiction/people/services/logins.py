"""Who comes in, and the brake on guessing: failures counted in the database, so that it holds over all processes."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocsin.base.errors import InvalidInput, Refusal, Unavailable
from tocsin.base.gate import Gate
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import LoginFailure, User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services.browsers import Source, known_browser
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.events import RightsActed, tell

log = logging.getLogger(__name__)

BUSY: Final = gettext_noop("Many people are signing in at this moment. Try again in a few seconds.")


class TooManyFailures(Refusal):
    """Too many wrong passwords or codes; the door opens again when the window has passed."""

    code = "too_many_failures"


def try_secret(*, username: str, source: Source, now: datetime, is_right: Callable[[bool], bool]) -> bool:
    """One try at a password or code. It is counted before it is looked at, so that a crowd of parallel tries passes no brake.

    `is_right` is told whether the person used this browser before. TooManyFailures where the brake holds: by the browser's own
    count for a known one, else by account and network. What could not be looked at (Unavailable) was no try.
    """
    browser = known_browser(username=_key(username), source=source, now=now)
    row = LoginFailure.objects.create(username=_key(username), address=source.network, browser=browser, at=now)
    if _is_over(row):
        row.delete()
        words = {"minutes": -(-policy().login.window_s // 60)}
        if browser:
            raise TooManyFailures(_("Too many wrong passwords. Try again in %(minutes)s minutes.") % words)
        text = _(
            "Too many wrong passwords. Try again in %(minutes)s minutes, or in a browser in which you have signed in before."
        )
        raise TooManyFailures(text % words)
    try:
        right = is_right(bool(browser))
    except Unavailable:
        row.delete()
        raise
    if right:
        row.delete()
    else:
        _record_failure(username, source.address)
    return right


def _is_over(row: LoginFailure) -> bool:
    """Whether there are too many with this one. Its own row is committed before the others are counted, so of any number of
    tries at the same moment no more than the limit find themselves within it.
    """
    limits = policy().login
    recent = LoginFailure.objects.filter(at__gt=row.at - timedelta(seconds=limits.window_s), browser=row.browser)
    by_name = recent.filter(username=row.username)
    if row.browser:
        return by_name.count() > limits.failures_per_known_browser
    return (
        by_name.filter(address=row.address).count() > limits.failures_per_account_and_address
        or (by_name.count() > limits.failures_per_account and not _is_break_glass(row.username))
        or recent.filter(address=row.address).count() > limits.failures_per_address
    )


def _is_break_glass(username: str) -> bool:
    """Its password is random and never its person's own, so nobody guesses it, and nobody shall lock it on the worst night."""
    return User.objects.filter(username=username, break_glass=True).exists()


def sign_in_by_password(*, request: HttpRequest, username: str, password: str, source: Source, now: datetime) -> User | None:
    """The person, None for a wrong name or password; TooManyFailures, or Unavailable where too many sign in at once."""
    found: list[User] = []

    def is_right(known: bool) -> bool:
        with hashing(known=known, source=source):
            user = auth.authenticate(request, username=username, password=password)
        if isinstance(user, User):
            found.append(user)
        return bool(found)

    right = try_secret(username=username, source=source, now=now, is_right=is_right)
    return found[0] if right else None


def locked_words() -> str:
    """What whoever comes by a passkey or a provider reads where the person has locked the account."""
    return _("This account is locked: its person said that somebody else was in it. An administrator gives a new password.")


def check_password(*, user: User, password: str, source: Source, now: datetime) -> None:
    """Returns where it is the password of the signed-in person; InvalidInput, which counts for the brake, otherwise."""

    def is_right(known: bool) -> bool:
        with hashing(known=known, source=source):
            return user.check_password(password)

    if not try_secret(username=user.username, source=source, now=now, is_right=is_right):
        raise InvalidInput(_("The present password is wrong."))


@contextmanager
def hashing(*, known: bool, source: Source) -> Iterator[None]:
    """One of a process's two places for the half second that hashing a password takes; Unavailable after a bounded wait.

    One is for browsers that their person used before: strangers fill theirs and keep nobody waiting but each other.
    """
    with _gate(known).held(source.browser if known else source.network):
        yield


@cache
def _gate(_known: bool) -> Gate:
    return Gate(1, policy().login.hash_wait_s, Unavailable(BUSY))


@transaction.atomic
def _record_failure(username: str, address: str) -> None:
    """Writes a wrong password or code down where it is a person's."""
    user = User.objects.filter(username=_key(username)).select_related("organisation").first()
    if user is not None:
        details: dict[str, object] = {"address": address}
        tell(RightsActed(system_actor(), "login.failed", "user", str(user.pk), queries.region_of(user), details))


@transaction.atomic
def record_login(*, user: User, source: Source, second_step: bool, provider: bool) -> None:
    """Somebody is in: earlier failures from there are forgotten, the login is written down, break-glass marked so."""
    LoginFailure.objects.filter(username=_key(user.username), address=source.network, browser="").delete()
    if source.browser:
        LoginFailure.objects.filter(username=_key(user.username), browser=source.browser).delete()
    address = source.address
    action = "login.break_glass" if user.break_glass else "login.succeeded"
    details: dict[str, object] = {"address": address, "second_step": second_step, "provider": provider}
    tell(RightsActed(user, action, "user", str(user.pk), queries.region_of(user), details))
    if user.break_glass:
        log.warning("the break-glass account %s is in use, from %s", user.username, address)


def _key(username: str) -> str:
    return username.strip().lower()[:60]
