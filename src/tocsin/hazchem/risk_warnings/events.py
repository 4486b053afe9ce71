"""News of risk warnings. Consumers may see one twice."""

import msgspec


class RiskWarningChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A risk warning was pushed at a level, confirmed, answered, sent back or closed; `act` says by what."""

    warning_id: str
    object_id: str
    unit_id: str
    level: int
    state: str
    act: str
