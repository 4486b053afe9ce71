"""When a device that is asked is silent. Values in, verdict out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

SILENT_UNITS: Final = "silent_units"
"""Purpose of notices about devices that are asked and do not answer."""
UNIT_KEEPER: Final = "unit_keeper"
"""As what somebody is told of them."""


@dataclass(frozen=True)
class AskedDevice:
    """A device that is asked: by which protocol, in which period, on which page, and when it was heard last."""

    device_id: UUID
    code: str
    region_code: str
    protocol: str
    page_id: UUID
    period_s: float
    entered_at: datetime
    heard_at: datetime | None

    @property
    def since(self) -> datetime:
        """From when on it has said nothing."""
        return max(self.heard_at, self.entered_at) if self.heard_at is not None else self.entered_at


def is_silent(one: AskedDevice, now: datetime, *, minutes: float, periods: float) -> bool:
    """Whether it has not answered for so many minutes, and for so many of its own periods.

    >>> from datetime import UTC
    >>> from uuid import UUID
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> unit = AskedDevice(UUID(int=1), "plc-1", "370213", "modbus", UUID(int=2), 60.0, at, None)
    >>> [is_silent(unit, at + timedelta(minutes=age), minutes=15, periods=3) for age in (15, 16)]
    [False, True]
    """
    return now - one.since > timedelta(seconds=max(minutes * 60, periods * one.period_s))
