"""Roles and their permissions for programs."""

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.jurisdiction.rights import rules
from tocsin.jurisdiction.rights.rules import GRANTABLE, PERMISSIONS_OF_ROLE

router = Router()

Code = Field(pattern=r"^\d{6}$", description="six digits of GB/T 2260, or 000000 for everywhere")


class RoleOut(Schema):
    role: str
    permissions: list[str]
    administrator: bool


@router.get("/roles", response=list[RoleOut])
def roles(request: HttpRequest) -> list[RoleOut]:
    """All roles that can be granted, with their permissions."""
    return [
        RoleOut(role=role, permissions=sorted(PERMISSIONS_OF_ROLE[role]), administrator=role in rules.ADMINISTRATORS)
        for role in GRANTABLE
    ]
