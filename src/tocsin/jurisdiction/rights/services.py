"""The gate before every act."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.rights import queries
from tocsin.jurisdiction.rights.rules import Permission

if TYPE_CHECKING:
    from django.contrib.auth.models import _User


def require(
    user: queries.Person, permission: Permission, region_code: str, organisation_ids: Collection[UUID | None] = ()
) -> None:
    """Returns where the user holds the permission over a row of the region and these organisations; NotAllowed otherwise."""
    if not queries.may(user, permission, region_code, organisation_ids):
        raise NotAllowed(
            _("This needs the permission %(permission)s in region %(region)s.")
            % {"permission": permission, "region": region_code or "–"}
        )


def require_person_at_screen(user: "_User") -> None:
    """Passwords, people and rights are not changed, and nothing is signed in a named person's office, by a program with a token;
    NotAllowed for one.
    """
    if user.token_scopes is not None:
        raise NotAllowed(_("A token can't do this: sign in."))
