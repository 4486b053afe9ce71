"""News of shifts. Consumers may see one twice."""

import msgspec


class ShiftBegun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A desk is kept by another shift."""

    shift_id: str
    desk_id: str


class ShiftHandedOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second signature under a handover was given, or refused."""

    shift_id: str
    handover_id: str
    accepted: bool
