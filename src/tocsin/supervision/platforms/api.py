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
from tocsin.supervision.platforms.services import senders
from tocsin.supervision.platforms.services.connectors import take_pushed
from tocsin.supervision.platforms.services.senders import sender_of
from tocsin.supervision.platforms.services.trial import try_platform
from tocsin.supervision.platforms.shown import (
    PlatformDetailOut,
    PlatformFirmOut,
    PlatformOut,
    RefusedRowOut,
    SenderOut,
    TrialStepOut,
)

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
    """As which platform and on which level it counts, the token says (`POST /senders`)."""

    records: list[EvidenceIn] = Field(max_length=5000)


class SenderIn(Schema):
    token_id: UUID = Field(description="one of your own, with the scope evidence.send")
    platform: str = Field(max_length=60)
    level: str = Field(max_length=20, description="county, city, province, grid, utility …")
    region_code: str = Field(max_length=6, description="of the firms that it may speak of, with all below it")
    sources: list[str] = Field(description=f"of {', '.join(evidence.SOURCES)}")


class RefusedRecordOut(Schema):
    position: int
    reason: str


class TakenRecordsOut(Schema):
    taken: int
    known: int = Field(description="sent before, not counted twice")
    refused: list[RefusedRecordOut]


@router.post("/evidence", response=TakenRecordsOut)
def push_evidence(request: HttpRequest, given: EvidenceBatchIn) -> TakenRecordsOut:
    """A platform pushes its records, 5,000 at most, with a token that is bound to it; those of unknown firms, other regions or
    sources are refused one by one with the reason.
    """
    actor = actor_of(request)
    sender = sender_of(actor)
    records = [evidence.NewEvidence(platform=sender.platform, level=sender.level, **one.dict()) for one in given.records]
    result = take_pushed(actor=actor, records=records, now=current_time())
    refused = [RefusedRecordOut(position=position, reason=str(reason)) for position, reason in result.refused]
    return TakenRecordsOut(taken=result.taken, known=result.known, refused=refused)


@router.get("/senders", response=list[SenderOut])
def list_senders(request: HttpRequest) -> list[SenderOut]:
    """Tokens that are bound to a platform, of the regions whose register you keep."""
    return [told.describe_sender(one) for one in queries.visible_senders(request.user)]


@router.post("/senders", response=SenderOut)
def bind_token(request: HttpRequest, given: SenderIn) -> SenderOut:
    """One of your own tokens sends from now on as this platform: at a screen, once."""
    return told.describe_sender(senders.bind_token(actor=actor_of(request), now=current_time(), **given.dict()))


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
