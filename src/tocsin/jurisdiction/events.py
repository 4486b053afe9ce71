"""News of rosters; and what has been done to rights, told to whoever keeps the audit trail: inside the transaction that does it.

The keeper lives higher on the ladder, so it comes here to be told. Without one nothing about rights can be changed at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import User


@dataclass(frozen=True)
class RightsActed:
    """One act upon people, organisations, rights or tokens. `details` holds plain JSON values and never a secret."""

    actor: "User"
    action: str
    object_type: str
    object_id: str
    region_code: str
    details: dict[str, object] = field(default_factory=dict)


Keeper = Callable[[RightsActed], None]
_keepers: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """Names the function that writes acts down. It runs in the actor's transaction: where it fails, the act does not happen."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def tell(act: RightsActed) -> None:
    """Hands the act to every keeper; RuntimeError where there is none."""
    if not _keepers:
        raise RuntimeError(f"{act.action}: no audit trail is attached, so rights can't be changed")
    for keeper in _keepers:
        keeper(act)


class RosterChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is on duty may be another from here on; `act` says by what (`stand_in_put`)."""

    roster_id: str
    organisation_id: str
    act: str


class SwapAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person asks another to take hours on duty; times are ISO 8601."""

    swap_id: str
    roster_id: str
    asked_by: str
    asked_of: str
    given_from: str
    given_until: str


class SwapAnswered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A swap was agreed, refused or withdrawn (`state`); both are to know."""

    swap_id: str
    asked_by: str
    asked_of: str
    state: str


class ShiftComing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person will be on duty soon; told once for each shift."""

    roster_id: str
    organisation_id: str
    person_id: str
    starts_at: str
    ends_at: str


class RosterHoleAhead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Within the coming days nobody is on for a time, for a reason of `rules.rosters.Hole`."""

    roster_id: str
    organisation_id: str
    starts_at: str
    ends_at: str
    reason: str
