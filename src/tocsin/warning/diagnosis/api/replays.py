"""For programs: past alarms judged again with edited causes, and which causes are in force."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.jurisdiction.face import require
from tocsin.screens.request import actor_of
from tocsin.warning.diagnosis.queries import replays as queries
from tocsin.warning.diagnosis.queries.template_sets import LONGEST
from tocsin.warning.diagnosis.rules import PERMISSION_REPLAY
from tocsin.warning.diagnosis.services import replays as services
from tocsin.warning.diagnosis.shown.replays import CausesOut, ReplayedOut, ReplayOut, describe_causes, describe_replay

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.records.face import PolicyVersion
    from tocsin.warning.diagnosis.models import ReplayRun

router = Router()

LATEST = 100


class ReplayIn(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    text: str = Field(min_length=1, max_length=LONGEST, description="the edited causes, TOML as in causes.toml")
    since: datetime | None = Field(
        None, description="alarms raised since then, the newest 200 at most; all where it is not given"
    )
    alarm_id: UUID | None = Field(None, description="this alarm alone")


class SwitchIn(Schema):
    reason: str = Field(min_length=1, max_length=500)


class SwitchBackIn(SwitchIn):
    region_code: str = Field(min_length=6, max_length=6)


class ProposedOut(Schema):
    id: UUID = Field(description="of the version, by which a second person confirms it")
    region_code: str
    version: str


class CausesFilter(Schema):
    region_code: str = Field(min_length=6, max_length=6)


@router.get("/replays", response=list[ReplayOut])
def replays(request: HttpRequest) -> "QuerySet[ReplayRun]":
    """The latest replays of the regions whose alarms you may replay, newest first."""
    return queries.visible_replays(request.user).defer("text")[:LATEST]


@router.post("/replays", response=ReplayOut)
def start(request: HttpRequest, given: ReplayIn) -> "ReplayRun":
    """Begins to judge past alarms again; ask for the replay until it is over."""
    return services.start_replay(actor=actor_of(request), **given.dict())


@router.get("/replays/{replay_id}", response=ReplayedOut)
def replay(request: HttpRequest, replay_id: UUID) -> ReplayedOut:
    """How far it has come, and what the edited causes change."""
    run = queries.visible_replays(request.user).get(pk=replay_id)
    return describe_replay(run)


@router.post("/replays/{replay_id}/switch", response=ProposedOut)
def switch(request: HttpRequest, replay_id: UUID, given: SwitchIn) -> "PolicyVersion":
    """The edited causes of this replay are proposed: a second person confirms them (`/records/policy/versions/{id}/confirm`)."""
    return services.propose_causes(actor=actor_of(request), run_id=replay_id, reason=given.reason)


@router.get("/causes", response=CausesOut)
def causes(request: HttpRequest, wanted: Query[CausesFilter]) -> CausesOut:
    """The causes with which a region is judged."""
    require(actor_of(request), PERMISSION_REPLAY, wanted.region_code)
    return describe_causes(wanted.region_code)


@router.post("/causes/back", response=ProposedOut)
def switch_back(request: HttpRequest, given: SwitchBackIn) -> "PolicyVersion":
    """It is proposed that the causes that come with the program are in force again."""
    return services.propose_causes_back(actor=actor_of(request), **given.dict())
