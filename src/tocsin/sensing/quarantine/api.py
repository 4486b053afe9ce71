"""Messages that could not be read, for programs."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.lists.slices import Part, Slice
from tocsin.sensing.quarantine import queries
from tocsin.sensing.quarantine.models import REASON_NAMES, QuarantinedMessage
from tocsin.sensing.quarantine.rules import Reason

router = Router()


class Page(Slice):
    limit: int = Field(50, ge=1, le=1000)


class QuarantineFilter(Page):
    reason: str = ""


class QuarantineOut(Schema):
    id: UUID
    device_id: UUID | None
    device_code: str
    region_code: str
    reason: str
    reason_text: str
    door: str
    detail: str = Field(description="where it is wrong and how to mend it")
    sample: str
    count: int
    kept: int = Field(description="messages of this reason that are kept and can be read again")
    first_seen_at: datetime
    last_seen_at: datetime

    @staticmethod
    def resolve_reason_text(row: QuarantinedMessage) -> str:
        return str(REASON_NAMES[Reason(row.reason)])


class Quarantine(Schema):
    items: list[QuarantineOut]
    total: int


@router.get("quarantine", response=Quarantine)
def list_quarantine(request: HttpRequest, filters: Query[QuarantineFilter]) -> Part[QuarantinedMessage]:
    """What could not be read, latest first: one row per device and reason."""
    return filters.part(queries.search_quarantine(request.user, reason=filters.reason))
