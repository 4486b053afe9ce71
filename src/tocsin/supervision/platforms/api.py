"""Platforms that tell of firms, for programs: what they push, and how each stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.base.decoding import convert
from tocsin.jurisdiction.face import may
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.evidence import services as evidence
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms import queries
from tocsin.supervision.platforms import shown as told
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.platforms.policy import Platform
from tocsin.supervision.platforms.services import joining, senders
from tocsin.supervision.platforms.services.connectors import take_pushed
from tocsin.supervision.platforms.services.dry_run import dry_run
from tocsin.supervision.platforms.services.senders import sender_of
from tocsin.supervision.platforms.services.trial import try_platform
from tocsin.supervision.platforms.shown import (
    DryRunOut,
    PlatformDetailOut,
    PlatformFirmOut,
    PlatformOut,
    PlatformTableOut,
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


class PlatformTableIn(Schema, extra="forbid"):
    """A platform as a table of `platforms.toml` would say it; `key` is what `$secret` becomes in its headers."""

    platform: str = Field(min_length=1, max_length=60)
    level: str = Field(min_length=1, max_length=20)
    region_code: str = Field(pattern=r"^\d{6}$")
    way: Literal["pull", "folder", "bus"] = "pull"
    kind: Literal["evidence", "signs", "weather"] = "evidence"
    title: str = Field("", max_length=120)
    url: str = Field("", max_length=2000)
    headers: dict[str, str] = {}
    every_s: float = Field(300.0, ge=5, le=86_400)
    form: Literal["json", "ndjson", "csv"] = "json"
    rows: str = Field("", max_length=200)
    cursor: str = Field("", max_length=200)
    zone_h: float = Field(8.0, ge=-24, le=24)
    subject: str = Field("", max_length=120)
    words: dict[str, dict[str, float]] = {}
    places: dict[str, str] = {}
    fields: dict[str, str]
    key: str = Field("", max_length=1000, description="empty: the present one stays")
    forget_key: bool = False
    inner: list[str] = Field([], description="inner networks in which it may be asked, such as 10.20.0.0/16")
    inner_reason: str = Field("", max_length=300, description="why; asked for where inner networks are named")

    def as_inner(self) -> joining.InnerNetworks:
        """The inner networks."""
        return joining.InnerNetworks(tuple(self.inner), self.inner_reason)

    def as_settings(self) -> Platform:
        """The settings."""
        told = self.dict(exclude={"region_code", "title", "key", "forget_key", "inner", "inner_reason"})
        return convert({**told, "region": self.region_code, "name": self.title}, Platform)


class NewPlatformTableIn(PlatformTableIn):
    name: str = Field(max_length=60, description="letters, digits, - and _; it stays")


class SwitchPlatformIn(Schema, extra="forbid"):
    on: bool


@router.get("/platform-tables", response=list[PlatformTableOut])
def list_platform_tables(request: HttpRequest) -> list[PlatformTableOut]:
    """Platforms that were entered by page in areas whose register you keep, switched on or not."""
    return [told.describe_table(one) for one in queries.visible_tables(request.user)]


@router.post("/platform-tables", response=PlatformTableOut)
def enter_platform(request: HttpRequest, given: NewPlatformTableIn) -> PlatformTableOut:
    """Enters a platform, switched off."""
    made = joining.enter_platform(
        actor=actor_of(request),
        name=given.name,
        platform=given.as_settings(),
        key=given.key,
        inner=given.as_inner(),
        now=current_time(),
    )
    return told.describe_table(made)


@router.put("/platform-tables/{uuid:platform_table_id}", response=PlatformTableOut)
def change_platform(request: HttpRequest, platform_table_id: UUID, given: PlatformTableIn) -> PlatformTableOut:
    """Other settings, or another key."""
    made = joining.change_platform(
        actor=actor_of(request),
        table_id=platform_table_id,
        platform=given.as_settings(),
        key=given.key,
        forget_key=given.forget_key,
        inner=given.as_inner(),
        now=current_time(),
    )
    return told.describe_table(made)


@router.post("/platform-tables/{uuid:platform_table_id}/dry-run", response=DryRunOut)
@costly
def try_platform_table(request: HttpRequest, platform_table_id: UUID) -> DryRunOut:
    """Asks it now and says what of each record would be taken, and what not and why; writes nothing."""
    return told.describe_dry_run(dry_run(actor=actor_of(request), table_id=platform_table_id, now=current_time()))


@router.post("/platform-tables/{uuid:platform_table_id}/switch", response=PlatformTableOut)
def switch_platform(request: HttpRequest, platform_table_id: UUID, given: SwitchPlatformIn) -> PlatformTableOut:
    """It is asked from now on, or no more."""
    made = joining.switch_platform(actor=actor_of(request), table_id=platform_table_id, on=given.on, now=current_time())
    return told.describe_table(made)


def _row(request: HttpRequest, connector_id: UUID) -> queries.PlatformRow:
    found = queries.rows_of(request.user, queries.visible_connectors(request.user).filter(pk=connector_id), now=current_time())
    if not found:
        raise Connector.DoesNotExist
    return found[0]
