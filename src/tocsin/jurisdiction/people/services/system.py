"""The account in whose name the machine acts."""

from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights import queries


def system_actor() -> User:
    """The account in whose name the machine acts by itself. It can't log in; its rights are the role `automation`."""
    user, _created = User.objects.get_or_create(
        pk=queries.SYSTEM_ID, defaults={"username": "system", "name": "Tocsin", "is_active": False, "password": "!"}
    )
    return user
