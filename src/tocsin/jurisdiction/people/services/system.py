"""The account in whose name the machine acts."""

from uuid import UUID

from django.db.models import QuerySet

from tocsin.bus.prepared import prepared
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights import queries


def system_actor(within: str = EVERYWHERE) -> User:
    """The account in whose name the machine acts by itself. It can't log in; its rights are the role `automation`.

    `within`: the region beyond which it does not reach, where it acts for somebody of there, as for a platform that is joined.
    """
    known = _account(queries.SYSTEM_ID)
    user = known[0] if known else _made()
    user.acts_within = within
    return user


@prepared
def _account(identity: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=identity)


def _made() -> User:
    user, _created = User.objects.get_or_create(
        pk=queries.SYSTEM_ID, defaults={"username": "system", "name": "Tocsin", "is_active": False, "password": "!"}
    )
    return user


def unread_system_actor() -> User:
    """The same account without a question to the database: for where only who acted is written down, as in the audit trail."""
    return User(pk=queries.SYSTEM_ID, username="system", name="Tocsin", is_active=False)
