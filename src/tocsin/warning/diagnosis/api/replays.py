"""For programs: past alarms judged again with edited causes, and which causes are in force."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.jurisdiction.face import require
from tocsin.screens.request import actor_of
from tocsin.warning.diagnosis.queries import replays as queries
from tocsin.warning.diagnosis.queries.template_sets import LONGEST, text_of
from tocsin.warning.diagnosis.rules import PERMISSION_REPLAY
from tocsin.warning.diagnosis.services import replays as services
from tocsin.warning.diagnosis.shown.replays import describe_replay

if TYPE_CHECKING:
    from tocsin.warning.diagnosis.models import ReplayRun

router = Router()

LATEST = 100


class ReplayOut(Schema):
    id: UUID
    region_code: str
    at: datetime
    by: str


class ReplayCauseOut(Schema):
    cause: str
    label: str
    percent: int


class ReplaySideOut(Schema):
    causes: list[ReplayCauseOut] = Field(description="the first, and of the two behind it what is above half a per cent")
    asset_code: str
    body: str = Field(description="to call first")
    is_right: bool = Field(description="the first cause is the one that was found")


class ReplayLineOut(Schema):
    alarm_id: UUID
    title: str
    place: str
    at: datetime = Field(description="readings up to then were used")
    found: str = Field(description="empty: nothing was found yet")
    error: str
    old: ReplaySideOut | None
    new: ReplaySideOut | None
    changed_cause: bool
    changed_body: bool
    changed: bool


class ReplayedOut(ReplayOut):
    text: str = Field(description="the edited causes")
    alarms: int
    done: int
    failed: int
    is_over: bool
    changed_cause: int
    changed_body: int
    changed: int
    before: dict[str, Any] = Field(
        description="rates of the causes that were in force, as at /hit-rates, over alarms with a finding"
    )
    after: dict[str, Any] = Field(description="rates of the edited causes")
    lines: list[ReplayLineOut]


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


class CausesOut(Schema):
    region_code: str
    text: str = Field(description="TOML")
    shipped: bool = Field(description="those that come with the program")
    since: datetime | None
    by: str | None
    reason: str | None


class CausesFilter(Schema):
    region_code: str = Field(min_length=6, max_length=6)


@router.get("/replays", response=list[ReplayOut])
def replays(request: HttpRequest) -> list[dict[str, Any]]:
    """The latest replays of the regions whose alarms you may replay, newest first."""
    return [_describe(run) for run in queries.visible_replays(request.user).defer("text")[:LATEST]]


@router.post("/replays", response=ReplayOut)
def start(request: HttpRequest, given: ReplayIn) -> dict[str, Any]:
    """Begins to judge past alarms again; ask for the replay until it is over."""
    return _describe(services.start_replay(actor=actor_of(request), **given.dict()))


@router.get("/replays/{replay_id}", response=ReplayedOut)
def replay(request: HttpRequest, replay_id: UUID) -> dict[str, Any]:
    """How far it has come, and what the edited causes change."""
    run = queries.visible_replays(request.user).get(pk=replay_id)
    return {**_describe(run), "text": run.text, **describe_replay(run)}


@router.post("/replays/{replay_id}/switch", response=CausesOut)
def switch(request: HttpRequest, replay_id: UUID, given: SwitchIn) -> dict[str, Any]:
    """The edited causes of this replay are in force from here on."""
    kept = services.switch_causes(actor=actor_of(request), run_id=replay_id, reason=given.reason)
    return _in_force(kept.region_code)


@router.get("/causes", response=CausesOut)
def causes(request: HttpRequest, wanted: Query[CausesFilter]) -> dict[str, Any]:
    """The causes with which a region is judged."""
    require(actor_of(request), PERMISSION_REPLAY, wanted.region_code)
    return _in_force(wanted.region_code)


@router.post("/causes/back", response=CausesOut)
def switch_back(request: HttpRequest, given: SwitchBackIn) -> dict[str, Any]:
    """The causes that come with the program are in force again."""
    services.switch_causes_back(actor=actor_of(request), **given.dict())
    return _in_force(given.region_code)


def _describe(run: "ReplayRun") -> dict[str, Any]:
    return {"id": run.pk, "region_code": run.region_code, "at": run.at, "by": str(run.by)}


def _in_force(region_code: str) -> dict[str, Any]:
    chosen = queries.causes_in_force(region_code)
    return {
        "region_code": region_code,
        "text": text_of(chosen),
        "shipped": chosen is None or not chosen.text,
        "since": chosen.confirmed_at if chosen else None,
        "by": str(chosen.confirmed_by) if chosen else None,
        "reason": chosen.reason if chosen else None,
    }
