"""News of special periods. Consumers may see one twice."""

import msgspec


class SpecialPeriodNamed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority has named days for which leaders have to be on duty; dates as YYYY-MM-DD, both included."""

    period_id: str
    name: str
    first: str
    last: str
    trades: tuple[str, ...]


class SpecialPeriodEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A special period was ended before its last day."""

    period_id: str
