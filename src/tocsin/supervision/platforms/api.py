"""Platforms that tell of firms, for programs: what they push, and how each stands."""

from collections.abc import Sequence
from datetime import datetime
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
from tocsin.supervision.platforms.shown import PlatformDetailOut, PlatformFirmOut, PlatformOut, RefusedRowOut, TrialStepOut

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


@router.post("/evidence", response=TakenRecordsOut)
def push_evidence(request: HttpRequest, given: EvidenceBatchIn) -> TakenRecordsOut:
    """A platform pushes its records, 5,000 at most; those of unknown firms are refused one by one with the reason."""
    records = [evidence.NewEvidence(platform=given.platform, level=given.level, **one.dict()) for one in given.records]
    result = take_pushed(actor=actor_of(request), platform=given.platform, level=given.level, records=records, now=current_time())
    refused = [RefusedRecordOut(position=position, reason=str(reason)) for position, reason in result.refused]
    return TakenRecordsOut(taken=result.taken, known=result.known, refused=refused)


@router.get("/platforms", response=list[PlatformOut])
def list_platforms(request: HttpRequest) -> Sequence[PlatformOut]:
    """Platforms of your areas, the worst first."""
    return [told.describe_platform(one) for one in queries.platform_rows(request.user, now=current_time())]


@router.get("/platforms/{connector_id}", response=PlatformDetailOut)
def platform(request: HttpRequest, connector_id: UUID) -> PlatformDetailOut:
    """One platform with the firms it has told of and what could not be taken."""
    row = _row(request, connector_id)
    firms = [
        PlatformFirmOut(object_id=firm.pk, name=firm.name, newest_at=newest)
        for firm, newest in queries.firms_of(request.user, row.state)
    ]
    manages = may(request.user, rights.MANAGE, row.state.region_code)
    refused = [RefusedRowOut.model_validate(one) for one in told.describe_refused(row)] if manages else []
    return PlatformDetailOut(**dict(told.describe_platform(row)), told_of=firms, refused=refused)


@router.post("/platforms/{connector_id}/trial", response=list[TrialStepOut])
def try_it(request: HttpRequest, connector_id: UUID) -> list[TrialStepOut]:
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
