"""Safety commitments for programs."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from tocsin.base.decoding import convert
from tocsin.hazchem.commitments.queries import commitments as queries
from tocsin.hazchem.commitments.queries.seen import see_firm
from tocsin.hazchem.commitments.rules import Stated, as_seen, differences_of
from tocsin.hazchem.commitments.services.signing import sign_commitment
from tocsin.hazchem.commitments.shown.commitments import (
    CommitmentOfDayOut,
    SafetyCommitmentOut,
    describe_commitment,
    describe_day,
)
from tocsin.hazchem.commitments.shown.words import difference_words
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class CommitmentFilter(Slice):
    q: str = ""
    region: str = Field("", max_length=6, description="a code prefix: 37, 3702, 370213")
    day: date | None = Field(None, ge=date(2000, 1, 1), le=date(2100, 1, 1), description="today where none is given")
    which: queries.WhichDay = ""


class CommitmentStatedIn(Schema, extra="forbid"):
    """What is stated: numbers of units and works, and yes or no."""

    units_running: int = Field(ge=0, le=999)
    units_stopped: int = Field(ge=0, le=999)
    units_repair: int = Field(ge=0, le=999)
    special_hot_work: int = Field(0, ge=0, le=999)
    first_hot_work: int = Field(0, ge=0, le=999)
    second_hot_work: int = Field(0, ge=0, le=999)
    confined_space: int = Field(0, ge=0, le=999)
    blind_plate: int = Field(0, ge=0, le=999)
    height: int = Field(0, ge=0, le=999)
    lifting: int = Field(0, ge=0, le=999)
    temporary_power: int = Field(0, ge=0, le=999)
    earthwork: int = Field(0, ge=0, le=999)
    road_closure: int = Field(0, ge=0, le=999)
    repair: int = Field(0, ge=0, le=999)
    trial_production: bool
    start_or_stop: bool
    contractors_controlled: bool
    changes: bool
    values_within_limits: bool
    special_equipment_safe: bool
    no_leaks: bool


class SafetyCommitmentIn(Schema, extra="forbid"):
    object_id: UUID = Field(description="the firm or site")
    stated: CommitmentStatedIn
    principal: str = Field(max_length=120)
    explanation: str = Field("", max_length=1000, description="why it differs from what is seen")
    reason: str = Field("", max_length=500, description="of an amendment")
    revision: int = Field(-1, description="the one of today that you have seen; -1: none")


class CommitmentFactsOut(Schema):
    """What is seen of a firm now, the statement that agrees with it, and where today's differs from what is seen now."""

    seen: dict[str, object]
    proposed: dict[str, object]
    today: SafetyCommitmentOut | None
    differences_now: list[str]


@router.get("/safety-commitments", response=list[CommitmentOfDayOut])
def safety_commitments(request: HttpRequest, wanted: Query[CommitmentFilter]) -> list[CommitmentOfDayOut]:
    """Firms that you see and that give a commitment, on one day."""
    now = current_time()
    firms = list(queries.firms_that_commit(request.user, q=wanted.q, region=wanted.region))
    rows = queries.choose(queries.rows_of_day(firms, wanted.day or timezone.localdate(now), now=now), wanted.which)
    return [describe_day(one) for one in wanted.cut(rows)]


@router.post("/safety-commitments", response={201: SafetyCommitmentOut})
def sign_safety_commitment(request: HttpRequest, given: SafetyCommitmentIn) -> Status[SafetyCommitmentOut]:
    """Signs today's commitment of your firm, or amends it with a reason."""
    made = sign_commitment(
        actor=actor_of(request),
        object_id=given.object_id,
        stated=convert(given.stated.dict(), Stated),
        principal=given.principal,
        explanation=given.explanation,
        reason=given.reason,
        revision=given.revision,
        now=current_time(),
    )
    return Status(201, describe_commitment(made))


@router.get("/objects/{object_id}/safety-commitments", response=list[SafetyCommitmentOut])
def safety_commitments_of(request: HttpRequest, object_id: UUID, wanted: Query[Slice]) -> list[SafetyCommitmentOut]:
    """Commitments of a firm with their amendments, the newest first."""
    firm = queries.firms_that_commit(request.user).get(pk=object_id)
    return [describe_commitment(one) for one in wanted.cut(queries.visible_commitments(request.user).filter(object=firm))]


@router.get("/objects/{object_id}/commitment-facts", response=CommitmentFactsOut)
def commitment_facts(request: HttpRequest, object_id: UUID) -> CommitmentFactsOut:
    """What a statement of a firm is compared with now."""
    firm, now = queries.firms_that_commit(request.user).get(pk=object_id), current_time()
    seen, today = see_firm(firm, now), queries.commitment_of(firm.pk, timezone.localdate(now))
    stated = convert(today.stated, Stated) if today is not None else as_seen(seen)
    return CommitmentFactsOut(
        seen=msgspec.to_builtins(seen),
        proposed=asdict(as_seen(seen)),
        today=describe_commitment(today) if today is not None else None,
        differences_now=[difference_words(one) for one in differences_of(stated, seen)],
    )
