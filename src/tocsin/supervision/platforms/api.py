"""Platforms that tell of firms, for programs: what they push, and how each stands."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.jurisdiction.face import may
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.evidence import services as evidence
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms import queries
from tocsin.supervision.platforms import shown as told
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.platforms.services.connectors import take_pushed
from tocsin.supervision.platforms.services.trial import try_platform

router = Router()


class EvidenceIn(Schema):
    """One record of a platform."""

    firm: str = Field(max_length=120, description="information code, credit code, or the platform's id of a matched firm")
    source: str = Field(max_length=30, description=f"one of {', '.join(evidence.SOURCES)}")
    at: datetime
    value: float
    unit: str = Field("", max_length=20)
    origin: str = Field("", max_length=120, description="the same for copies of one record on several levels")


class EvidenceBatchIn(Schema):
    platform: str = Field(max_length=60)
    level: str = Field(max_length=20, description="county, city, province, grid, utility …")
    records: list[EvidenceIn] = Field(max_length=5000)


class RefusedRecordOut(Schema):
    position: int
    reason: str


class TakenRecordsOut(Schema):
    taken: int
    known: int = Field(description="sent before, not counted twice")
    refused: list[RefusedRecordOut]


class PlatformOut(Schema):
    """How a platform stands."""

    id: UUID
    name: str = Field(description="as in the settings")
    title: str
    platform: str
    level: str
    region_code: str
    way: str = Field(description="pull, folder, bus, or push")
    kind: str = Field(description="evidence or signs")
    standing: str = Field(description=", ".join(told.STANDING_NAMES))
    standing_name: str
    colour: str = Field(description="green, yellow, red, or grey")
    silent_h: float = Field(description="hours since something new came")
    last_tried_at: datetime | None
    last_good_at: datetime | None
    newest_at: datetime | None = Field(description="the newest stamp")
    taken_24h: int
    known_24h: int
    refused_24h: int
    firms: int
    error: str = Field(description="why the last try failed; empty: it did not")


class PlatformFirmOut(Schema):
    object_id: UUID
    name: str
    newest_at: datetime


class RefusedRowOut(Schema):
    row: str
    reason: str
    at: datetime


class PlatformDetailOut(PlatformOut):
    told_of: list[PlatformFirmOut]
    refused: list[RefusedRowOut] = Field(description="the newest ones, for who keeps platforms")


class TrialStepOut(Schema):
    found: str = Field(description="good, note or wrong")
    words: str


@router.post("/evidence", response=TakenRecordsOut)
def push_evidence(request: HttpRequest, given: EvidenceBatchIn) -> dict[str, Any]:
    """A platform pushes its records, 5,000 at most; those of unknown firms are refused one by one with the reason."""
    records = [evidence.NewEvidence(platform=given.platform, level=given.level, **one.dict()) for one in given.records]
    result = take_pushed(actor=actor_of(request), platform=given.platform, level=given.level, records=records, now=current_time())
    refused = [{"position": position, "reason": str(reason)} for position, reason in result.refused]
    return {"taken": result.taken, "known": result.known, "refused": refused}


@router.get("/platforms", response=list[PlatformOut])
def list_platforms(request: HttpRequest) -> list[dict[str, Any]]:
    """Platforms of your areas, the worst first."""
    return [told.describe_platform(one) for one in queries.platform_rows(request.user, now=current_time())]


@router.get("/platforms/{connector_id}", response=PlatformDetailOut)
def platform(request: HttpRequest, connector_id: UUID) -> dict[str, Any]:
    """One platform with the firms it has told of and what could not be taken."""
    row = _row(request, connector_id)
    firms = [
        {"object_id": firm.pk, "name": firm.name, "newest_at": newest}
        for firm, newest in queries.firms_of(request.user, row.state)
    ]
    manages = may(request.user, rights.MANAGE, row.state.region_code)
    return {**told.describe_platform(row), "told_of": firms, "refused": told.describe_refused(row) if manages else []}


@router.post("/platforms/{connector_id}/trial", response=list[TrialStepOut])
def try_it(request: HttpRequest, connector_id: UUID) -> list[dict[str, str]]:
    """Asks the platform, or reads its newest file or message, without taking anything; empty where it has no settings."""
    row = _row(request, connector_id)
    if row.settings is None:
        return []
    return [told.describe_step(one) for one in try_platform(actor=actor_of(request), name=row.state.name, now=current_time())]


def _row(request: HttpRequest, connector_id: UUID) -> queries.PlatformRow:
    found = queries.rows_of(request.user, queries.visible_connectors(request.user).filter(pk=connector_id), now=current_time())
    if not found:
        raise Connector.DoesNotExist
    return found[0]
