"""When a stop has its effect, and who took its paper."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

STOP_ORDER: Final = "stop_order"  # purposes of notices: an order to stop, to the firm
RESUMPTION: Final = "resumption"  # asked, proposed, approved or refused
OWN_FIRM: Final = "own_firm"  # as what somebody is told: 企业, its own matter
SUPERVISES: Final = "supervises"  # 监管部门 of the firm


class Receipt(StrEnum):
    """How the paper of an order was served (送达)."""

    RECEIVED = "received"
    REFUSED = "refused"  # left with a witness (留置送达): served all the same


class ServiceVerdict(StrEnum):
    """Whether a service may be written down as it is told."""

    GOOD = "good"
    AHEAD = "ahead"  # it lies ahead
    TOO_OLD = "too_old"  # nothing is judged backwards: who served it writes it down within the time
    ALREADY = "already"


def judge_service(served_at: datetime, *, now: datetime, known: datetime | None, within: timedelta) -> ServiceVerdict:
    """Whether an order counts as served at a moment that is written down at `now`.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 16, 12, tzinfo=UTC)
    >>> judge_service(noon - timedelta(days=2), now=noon, known=None, within=timedelta(hours=24))
    <ServiceVerdict.TOO_OLD: 'too_old'>
    """
    if known is not None:
        return ServiceVerdict.ALREADY
    if served_at > now:
        return ServiceVerdict.AHEAD
    return ServiceVerdict.GOOD if now - served_at <= within else ServiceVerdict.TOO_OLD
