"""What jurisdiction keeps of a person, as that person gets it: never a secret."""

from collections.abc import Iterator
from typing import Any

from allauth.usersessions.models import UserSession

from tocsin.jurisdiction.contacts.models import ContactPreference, contact_kinds
from tocsin.jurisdiction.people.models import User

type Row = dict[str, Any]


def own_account(user: User) -> Iterator[Row]:
    """The account itself, with how its person is told."""
    preference = ContactPreference.objects.filter(user=user).first()
    yield {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "organisation": str(user.organisation or ""),
        "language": user.language,
        "is_active": user.is_active,
        "joined_at": user.date_joined,
        "last_login_at": user.last_login,
        "channels_by_level": preference.kinds if preference else {},
        "quiet_hours": preference.quiet_hours if preference else "",
    }


def own_grants(user: User) -> Iterator[Row]:
    """Roles and where they hold."""
    for row in user.grants.order_by("role", "region_code").values("role", "region_code"):
        yield dict(row)


def own_contacts(user: User) -> Iterator[Row]:
    """By what the person is reached. A browser's subscription holds keys: it is named alone."""
    kinds = contact_kinds()
    for one in user.contact_points.all():
        kind = kinds.get(one.kind)
        address = one.address if kind is not None and (kind.open or one.kind in ("webhook", "messenger")) else ""
        yield {"kind": one.kind, "address": address, "hours": one.hours, "confirmed_at": one.confirmed_at}


def own_sessions(user: User) -> Iterator[Row]:
    """Browsers in which the person is signed in."""
    rows = UserSession.objects.filter(user=user).order_by("-created_at")
    yield from rows.values("ip", "user_agent", "created_at", "last_seen_at")


def own_tokens(user: User) -> Iterator[Row]:
    """Keys of programs, without the keys."""
    for row in user.tokens.values("name", "scopes", "created_at", "expires_at", "last_used_at"):
        yield dict(row)
