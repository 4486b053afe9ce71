"""Areas, organisations, people and their rights as rows."""

from tocsin.jurisdiction.models.contacts import CONTACT_KINDS, ContactPoint, ContactPreference, Post
from tocsin.jurisdiction.models.organisations import ORGANISATION_KINDS, Duty, Organisation, Region
from tocsin.jurisdiction.models.people import PERMISSION_NAMES, ROLE_NAMES, ApiToken, Grant, LoginFailure, User, UserManager
from tocsin.jurisdiction.models.rosters import (
    LEAVE_KINDS,
    SWAP_STATES,
    TURNS,
    Leave,
    Roster,
    RosterLayer,
    RosterMember,
    RosterTelling,
    StandIn,
    Swap,
)

__all__ = [
    "CONTACT_KINDS",
    "LEAVE_KINDS",
    "ORGANISATION_KINDS",
    "PERMISSION_NAMES",
    "ROLE_NAMES",
    "SWAP_STATES",
    "TURNS",
    "ApiToken",
    "ContactPoint",
    "ContactPreference",
    "Duty",
    "Grant",
    "Leave",
    "LoginFailure",
    "Organisation",
    "Post",
    "Region",
    "Roster",
    "RosterLayer",
    "RosterMember",
    "RosterTelling",
    "StandIn",
    "Swap",
    "User",
    "UserManager",
]
