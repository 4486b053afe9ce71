"""Which HTTP status tells which refusal: one table for pages and API."""

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal, TocsinError, Unavailable
from tocsin.jurisdiction.face import TooManyFailures
from tocsin.screens.budgets.requests import TooMuch

STATUSES: tuple[tuple[type[TocsinError], int], ...] = (
    (NotAllowed, 403),
    (Conflict, 409),
    (InvalidInput, 400),
    (TooManyFailures, 429),
    (TooMuch, 429),
    (Refusal, 400),
    (Unavailable, 503),
)


def status_of(error: TocsinError) -> int:
    """The status of the first kind that fits; 500 for an error that is neither a refusal nor temporary."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
