"""News of rosters."""

import msgspec


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
