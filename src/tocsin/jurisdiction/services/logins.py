"""The brake on guessing passwords: failures counted in the database, so that it holds over all processes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Refusal
from tocsin.jurisdiction import queries
from tocsin.jurisdiction.events import RightsActed, tell
from tocsin.jurisdiction.models import LoginFailure, User
from tocsin.jurisdiction.policy import policy
from tocsin.jurisdiction.services.checks import system_actor


class TooManyFailures(Refusal):
    """Too many wrong passwords; the door opens again when the window has passed."""

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


@transaction.atomic
def record_failure(*, username: str, address: str, now: datetime) -> None:
    """Counts a wrong password and drops what is too old to count."""
    window = timedelta(seconds=policy().login.window_s)
    LoginFailure.objects.filter(at__lte=now - window).delete()
    LoginFailure.objects.create(username=_key(username), address=address, at=now)
    user = User.objects.filter(username=username).select_related("organisation").first()
    if user is not None:
        details: dict[str, object] = {"address": address}
        tell(RightsActed(system_actor(), "login.failed", "user", str(user.pk), queries.region_of(user), details))


@transaction.atomic
def record_login(*, user: User, address: str) -> None:
    """A right password: earlier failures from this address are forgotten, the login is written down."""
    LoginFailure.objects.filter(username=_key(user.username), address=address).delete()
    tell(RightsActed(user, "login.succeeded", "user", str(user.pk), queries.region_of(user), {"address": address}))


def _key(username: str) -> str:
    return username.strip().lower()[:60]
