"""Work status, power and episodes for programs."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.work.models import WorkDay, WorkVerdict
from tocsin.supervision.work.queries import board as queries
from tocsin.supervision.work.queries.objections import visible_objections
from tocsin.supervision.work.queries.power import MOST_DAYS, power_curve
from tocsin.supervision.work.rules.episodes import BY_PERSONS
from tocsin.supervision.work.services import episodes, objections
from tocsin.supervision.work.shown import names
from tocsin.supervision.work.shown import power as power_words
from tocsin.supervision.work.shown.episodes import EpisodeDetailOut, EpisodeOut, describe_episode, describe_whole_episode
from tocsin.supervision.work.shown.firms import WorkOut, describe_verdict, feature_of
from tocsin.supervision.work.shown.objections import ObjectionOut, describe_objection
from tocsin.supervision.work.shown.power import PowerOut

router = Router()
_KINDS = ", ".join(names.KIND_NAMES)


class DecisionFilter(Schema):
    decision: str = Field("", max_length=30, description=", ".join(names.DECISION_NAMES))


class EpisodeFilter(Schema):
    state: str = Field("", max_length=20, description=", ".join(names.EPISODE_STATES))
    kind: str = Field("", max_length=30, description=_KINDS)


class DaysFilter(Schema):
    first: date = Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))
    days: int = Field(30, ge=1, le=MOST_DAYS)


class EpisodeActIn(Schema):
    act: str = Field(max_length=20, description=f"one of {', '.join(sorted(BY_PERSONS))}")
    text: str = Field("", max_length=2000)
    inspection_id: UUID | None = Field(None, description="of `propose`: signed by both inspectors")


class ObjectionIn(Schema):
    text: str = Field(max_length=2000)
    episode_id: UUID | None = Field(None, description="either an episode")
    day: date | None = Field(None, description="or a day of the last 30")


class ObjectionAnswerIn(Schema):
    upheld: bool
    answer: str = Field(max_length=2000)
    state: str = Field("", max_length=20, description=f"of a day, where it is upheld: {', '.join(names.STATE_NAMES)}")


class WorkDayOut(Schema):
    day: date
    state: str
    state_name: str
    p_working: float
    votes: list[Any] = Field(description="(source, log-odds), the heaviest first")
    conflict: list[str] = Field(description="statements of the firm that machines contradict")

    @staticmethod
    def resolve_state_name(row: WorkDay) -> str:
        return names.state_name(row.state)


@router.get("/work", response=list[WorkOut])
def work(request: HttpRequest, wanted: Query[DecisionFilter]) -> list[WorkOut]:
    """The last verdicts on firms within your areas, the likeliest workers first."""
    found = WorkVerdict.objects.filter(object__in=visible_objects(request.user)).select_related("object")
    if wanted.decision:
        found = found.filter(decision=wanted.decision)
    return [describe_verdict(one) for one in found.order_by("-p_working", "object__name")[:2000]]


@router.get("/work/features.geojson", response=Features)
@costly
def work_features(request: HttpRequest) -> Features:
    """Firms with a place as points, each with the decision of its last verdict (GeoJSON, WGS84)."""
    rows = queries.work_rows(request.user, today=timezone.localtime(current_time()).date())
    return features(feature_of(one) for one in rows if one.lon is not None)


@router.get("/objects/{object_id}/work-days", response=list[WorkDayOut])
def work_days(request: HttpRequest, object_id: UUID, first: date, last: date) -> list[WorkDay]:
    """The verdicts on a firm's days."""
    found = visible_objects(request.user).get(pk=object_id)
    return list(queries.work_days_of(found, first, last)[:1000])


@router.get("/objects/{object_id}/power", response=PowerOut)
@costly
def power(request: HttpRequest, object_id: UUID, wanted: Query[DaysFilter]) -> PowerOut:
    """A firm's quarter hours with stops, verdicts and episodes on the same axis."""
    found = visible_objects(request.user).get(pk=object_id)
    curve = power_curve(found, wanted.first, wanted.days, now=current_time())
    known = {one.pk for one in queries.visible_episodes(request.user).filter(object=found)}
    return power_words.describe_curve(curve, known, now=current_time())


@router.get("/episodes", response=list[EpisodeOut])
def list_episodes(request: HttpRequest, wanted: Query[EpisodeFilter]) -> list[EpisodeOut]:
    """Episodes within your areas, or those your firm was asked about; newest first, at most 1,000."""
    found = queries.visible_episodes(request.user)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    return [describe_episode(one) for one in found[:1000]]


@router.get("/episodes/{episode_id}", response=EpisodeDetailOut)
def episode(request: HttpRequest, episode_id: UUID) -> EpisodeDetailOut:
    """One episode with its lines."""
    return _episode(request, episode_id)


@router.post("/episodes/{episode_id}/acts", response=EpisodeDetailOut)
def act_on_episode(request: HttpRequest, episode_id: UUID, given: EpisodeActIn) -> EpisodeDetailOut:
    """Asks the firm, answers for it, sends somebody to look, or says what it was."""
    queries.visible_episodes(request.user).distinct().get(pk=episode_id)
    episodes.act_on_episode(actor=actor_of(request), episode_id=episode_id, now=current_time(), **given.dict())
    return _episode(request, episode_id)


@router.get("/episodes/{episode_id}/power", response=PowerOut)
@costly
def episode_power(request: HttpRequest, episode_id: UUID, wanted: Query[DaysFilter]) -> PowerOut:
    """The curve around an episode: once it is decided, as it was then, with the orders of then."""
    found = queries.visible_episodes(request.user).distinct().get(pk=episode_id)
    if found.kept.get("curve"):
        return power_words.describe_kept_curve(found, now=current_time())
    curve = power_curve(found.object, wanted.first, wanted.days, now=current_time())
    return power_words.describe_curve(curve, {found.pk}, now=current_time())


@router.get("/objections", response=list[ObjectionOut])
def list_objections(request: HttpRequest) -> list[ObjectionOut]:
    """Objections of firms to verdicts, those that wait first, at most 1,000."""
    return [describe_objection(one) for one in visible_objections(request.user)[:1000]]


@router.post("/objects/{object_id}/objections", response=ObjectionOut)
def object_to_verdict(request: HttpRequest, object_id: UUID, given: ObjectionIn) -> ObjectionOut:
    """The firm objects to an episode, or to the verdict on a day."""
    visible_objects(request.user).get(pk=object_id)
    made = objections.object_to_verdict(actor=actor_of(request), object_id=object_id, now=current_time(), **given.dict())
    return describe_objection(made)


@router.post("/objections/{work_objection_id}/answer", response=ObjectionOut)
def answer_objection(request: HttpRequest, work_objection_id: UUID, given: ObjectionAnswerIn) -> ObjectionOut:
    """The answer of whoever leads supervision there."""
    visible_objections(request.user).get(pk=work_objection_id)
    made = objections.answer_objection(
        actor=actor_of(request), objection_id=work_objection_id, now=current_time(), **given.dict()
    )
    return describe_objection(made)


def _episode(request: HttpRequest, episode_id: UUID) -> EpisodeDetailOut:
    found = queries.visible_episodes(request.user).distinct().get(pk=episode_id)
    return describe_whole_episode(found, queries.entries_of(request.user, found))
