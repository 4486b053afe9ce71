"""Accounts connected with an OpenID provider: by their person, from a session of ours, never by a name alone."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.events import RightsActed, tell


def recognise_person(*, issuer: str, subject: str) -> User:
    """The person who connected this account of the provider with their own; what the provider calls them counts for nothing.

    NotAllowed where nobody did, where the account is closed, and for a break-glass account, which must open when the provider is
    in the wrong hands.
    """
    known = SocialAccount.objects.select_related("user__organisation").filter(provider=issuer, uid=subject).first()
    person: User | None = known.user if known else None
    if person is None or not person.is_active or person.break_glass:
        raise NotAllowed(
            _(
                "No open account here is connected with this account of the provider. Sign in by user name and password, then "
                "choose “Connect” on your account page."
            )
        )
    return person


@transaction.atomic
def connect_provider(*, user: User, issuer: str, subject: str) -> None:
    """From now on this account of the provider opens the person's. Whoever calls has just seen the person prove who they are.

    Conflict where it opens somebody else's, or theirs is connected with another; NotAllowed for a break-glass account.
    """
    if user.break_glass:
        raise NotAllowed(_("A break-glass account opens without a provider, and only so."))
    known = SocialAccount.objects.filter(provider=issuer, uid=subject).first()
    if known is not None and known.user_id != user.pk:
        raise Conflict(_("This account of the provider is connected with somebody else's here."))
    if known is None and SocialAccount.objects.filter(provider=issuer, user=user).exists():
        raise Conflict(_("Your account is connected with another account of the provider. Disconnect that one first."))
    if known is None:
        SocialAccount.objects.create(provider=issuer, uid=subject, user=user)
        details: dict[str, object] = {"issuer": issuer, "subject": subject}
        tell(RightsActed(user, "login.linked", "user", str(user.pk), queries.region_of(user), details))


@transaction.atomic
def disconnect_provider(*, user: User) -> None:
    """No account of a provider opens the person's any more."""
    if SocialAccount.objects.filter(user=user).delete()[0]:
        tell(RightsActed(user, "login.unlinked", "user", str(user.pk), queries.region_of(user)))
