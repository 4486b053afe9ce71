"""News of clocks that came to a stage. Consumers may see one twice."""

import msgspec


class ClockFired(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a case was not done in time: 50, 100 or 150 per cent of its limit are over, and others have been called."""

    case_id: str
    step: str
    percent: int


OF_CASES = (ClockFired,)
"""Of these open pages of cases are told that they happened, with the ids of the cases that they name."""
