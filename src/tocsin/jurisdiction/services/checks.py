"""The gate before every act, and who acts when nobody does."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction import queries
from tocsin.jurisdiction.models import User
from tocsin.jurisdiction.rules import Permission


def require(
    user: queries.Person, permission: Permission, region_code: str, organisation_ids: Collection[UUID | None] = ()
) -> None:
    """Returns where the user holds the permission over a row of the region and these organisations; NotAllowed otherwise."""
    if not queries.may(user, permission, region_code, organisation_ids):
        raise NotAllowed(
            _("This needs the permission %(permission)s in region %(region)s.")
            % {"permission": permission, "region": region_code or "–"}
        )


def require_person_at_screen(user: User) -> None:
    """Passwords, people and rights are not changed, and nothing is signed in a named person's office, by a program with a token;
    NotAllowed for one.
    """
    if user.token_scopes is not None:
        raise NotAllowed(_("A token can't do this: sign in."))


def system_actor() -> User:
    """The account in whose name the machine acts by itself. It can't log in; its rights are the role `automation`."""
    user, _created = User.objects.get_or_create(
        pk=queries.SYSTEM_ID, defaults={"username": "system", "name": "Tocsin", "is_active": False, "password": "!"}
    )
    return user
