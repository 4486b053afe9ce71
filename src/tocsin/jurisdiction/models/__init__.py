"""Areas, organisations, people and their rights as rows."""

from tocsin.jurisdiction.models.organisations import ORGANISATION_KINDS, Organisation, Region
from tocsin.jurisdiction.models.people import PERMISSION_NAMES, ROLE_NAMES, ApiToken, Grant, LoginFailure, User, UserManager

__all__ = [
    "ORGANISATION_KINDS",
    "PERMISSION_NAMES",
    "ROLE_NAMES",
    "ApiToken",
    "Grant",
    "LoginFailure",
    "Organisation",
    "Region",
    "User",
    "UserManager",
]
