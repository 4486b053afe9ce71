"""Who comes in, and the brake on guessing: failures counted in the database, so that it holds over all processes."""

import logging
from datetime import datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import LoginFailure, User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.events import RightsActed, tell

log = logging.getLogger(__name__)


class TooManyFailures(Refusal):
    """Too many wrong passwords or codes; the door opens again when the window has passed."""

    code = "too_many_failures"


def check_brake(*, username: str, address: str, now: datetime) -> None:
    """TooManyFailures where account, address or both together had too many wrong passwords in the policy's window."""
    limits = policy().login
    recent = LoginFailure.objects.filter(at__gt=now - timedelta(seconds=limits.window_s))
    by_name = recent.filter(username=_key(username))
    if (
        by_name.filter(address=address).count() >= limits.failures_per_account_and_address
        or by_name.count() >= limits.failures_per_account
        or recent.filter(address=address).count() >= limits.failures_per_address
    ):
        minutes = -(-limits.window_s // 60)
        raise TooManyFailures(_("Too many wrong passwords. Try again in %(minutes)s minutes.") % {"minutes": minutes})


def check_password(*, user: User, password: str, address: str, now: datetime) -> None:
    """Returns where it is the password of the signed-in person; InvalidInput, which counts for the brake, otherwise."""
    check_brake(username=user.username, address=address, now=now)
    if not user.check_password(password):
        record_failure(username=user.username, address=address, now=now)
        raise InvalidInput(_("The present password is wrong."))


@transaction.atomic
def record_failure(*, username: str, address: str, now: datetime) -> None:
    """Counts a wrong password or code and drops what is too old to count."""
    window = timedelta(seconds=policy().login.window_s)
    LoginFailure.objects.filter(at__lte=now - window).delete()
    LoginFailure.objects.create(username=_key(username), address=address, at=now)
    user = User.objects.filter(username=username).select_related("organisation").first()
    if user is not None:
        details: dict[str, object] = {"address": address}
        tell(RightsActed(system_actor(), "login.failed", "user", str(user.pk), queries.region_of(user), details))


@transaction.atomic
def record_login(*, user: User, address: str, second_step: bool, provider: bool) -> None:
    """Somebody is in: earlier failures from this address are forgotten, the login is written down, break-glass marked so."""
    LoginFailure.objects.filter(username=_key(user.username), address=address).delete()
    action = "login.break_glass" if user.break_glass else "login.succeeded"
    details: dict[str, object] = {"address": address, "second_step": second_step, "provider": provider}
    tell(RightsActed(user, action, "user", str(user.pk), queries.region_of(user), details))
    if user.break_glass:
        log.warning("the break-glass account %s is in use, from %s", user.username, address)


@transaction.atomic
def recognise_person(*, issuer: str, subject: str, username: str) -> User:
    """The person whom an OpenID provider vouches for. At the first time found by the user name, from then on by the subject.

    NotAllowed where there is no open account of that name, where the account belongs to another subject, and for a
    break-glass account, which must open when the provider is in the wrong hands.
    """
    known = SocialAccount.objects.select_related("user__organisation").filter(provider=issuer, uid=subject).first()
    person = known.user if known else queries.person_by_username(username.strip().lower())
    if person is None or not person.is_active or person.break_glass:
        raise NotAllowed(_("There is no open account %(name)s here. A system administrator makes one.") % {"name": username})
    if known is None:
        if SocialAccount.objects.filter(provider=issuer, user=person).exists():
            raise NotAllowed(_("The account %(name)s belongs to somebody else at the provider.") % {"name": username})
        SocialAccount.objects.create(provider=issuer, uid=subject, user=person)
        details: dict[str, object] = {"issuer": issuer, "subject": subject}
        tell(RightsActed(person, "login.linked", "user", str(person.pk), queries.region_of(person), details))
    return person


def _key(username: str) -> str:
    return username.strip().lower()[:60]
