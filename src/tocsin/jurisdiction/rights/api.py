"""Roles and their permissions for programs."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.jurisdiction.rights import rules
from tocsin.jurisdiction.rights.rules import GRANTABLE, PERMISSIONS_OF_ROLE

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

router = Router()

Code = Field(pattern=r"^\d{6}$", description="six digits of GB/T 2260, or 000000 for everywhere")


class RoleOut(Schema):
    role: str
    permissions: list[str]
    administrator: bool


def _actor(request: HttpRequest) -> "_User":
    """The signed-in person: every route here is behind authentication."""
    assert isinstance(request.user, get_user_model())  # noqa: S101 - narrows the type; portal.api lets nobody else in
    return request.user


@router.get("/roles", response=list[RoleOut])
def roles(request: HttpRequest) -> list[dict[str, Any]]:
    """All roles that can be granted, with their permissions."""
    return [
        {"role": role, "permissions": sorted(PERMISSIONS_OF_ROLE[role]), "administrator": role in rules.ADMINISTRATORS}
        for role in GRANTABLE
    ]
