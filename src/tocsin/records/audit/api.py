"""The audit trail for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.audit import queries
from tocsin.records.audit.models import AuditEntry
from tocsin.screens.budgets.requests import costly
from tocsin.screens.lists.slices import Part, Slice

router = Router()


class AuditEntryOut(Schema):
    id: UUID
    at: datetime
    actor_id: UUID
    actor_name: str
    action: str
    object_type: str
    object_id: str
    region_code: str
    details: dict[str, Any]
    sequence: int | None = Field(description="place in the chain; null for the second before it is sealed")
    hash: str
    algorithm: str = Field(description="sha256 or sm3; empty before it is sealed")


class AuditEntries(Schema):
    items: list[AuditEntryOut]
    total: int


class AuditFilter(Slice):
    action: str = Field("", max_length=60, description="beginning of the action, for example alarm.")
    person: str = Field("", max_length=120, description="part of the person's name")
    object_id: str = Field("", max_length=80)


class ChainOut(Schema):
    whole: bool
    fault: str | None
    at_sequence: int | None
    entries: int
    unsealed: int
    head_sequence: int
    head_hash: str
    dropped_through: int = Field(description="entries up to this number were let go by their age; 0: none")


@router.get("/audit", response=AuditEntries)
def audit(request: HttpRequest, wanted: Query[AuditFilter]) -> Part[AuditEntry]:
    """The audit trail of the regions you read, newest first."""
    found = queries.search_entries(request.user, action=wanted.action, object_id=wanted.object_id, person=wanted.person)
    return wanted.part(found)


@router.get("/audit/chain", response=ChainOut)
@costly
def chain(request: HttpRequest) -> Any:
    """Recomputes the whole chain: is an entry missing or altered? Takes seconds on a long trail."""
    if not may_anywhere(request.user, "audit.see"):
        raise NotAllowed("this needs the permission %(permission)s", permission="audit.see")
    return queries.verify_chain()
