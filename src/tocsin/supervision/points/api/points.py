"""Points of supervision for programs."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import all_regions, may, may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points.queries import ledger as queries
from tocsin.supervision.points.queries.counted import records_of
from tocsin.supervision.points.queries.lift import lift_of
from tocsin.supervision.points.queries.rules import rules_for_today, rules_of_version
from tocsin.supervision.points.services import appeals as appeal_services
from tocsin.supervision.points.services import facts as services
from tocsin.supervision.points.services.consequences import close_consequence
from tocsin.supervision.points.shown.acts import (
    ColourConsequenceOut,
    PointsAppealOut,
    PointsEventOut,
    describe_appeal,
    describe_consequence,
    describe_event,
)
from tocsin.supervision.points.shown.board import ColourMovedOut, PointsBoardOut, describe_board, describe_moved, describe_moves
from tocsin.supervision.points.shown.counted import CountedRecordOut, describe_records
from tocsin.supervision.points.shown.days import PointsDayDetailOut, PointsDayOut, describe_day, describe_lines
from tocsin.supervision.points.shown.lift import LiftOut, describe_lift, nothing_to_lift

router = Router()
MOST_DAYS = 400
MOST_ROWS = 1000


class PointsBoardFilter(Schema):
    region: str = Field("", pattern="^([0-9]{6})?$")
    trade: str = Field("", max_length=40)
    day: date | None = None


class PointsDaysFilter(Schema):
    days: int = Field(60, ge=1, le=MOST_DAYS)


class PointsEventAskIn(Schema):
    text: str = Field(min_length=1, max_length=1000)


class PointsAppealIn(Schema):
    day: date
    reason_code: str = Field(max_length=60)
    line_key: str = Field("", max_length=120)
    text: str = Field(min_length=1, max_length=2000)


class PointsAnswerIn(Schema):
    won: bool
    answer: str = Field(min_length=1, max_length=2000)
    points: float | None = Field(None, gt=0, le=100, description="given back a day, where a part of the score was appealed")


class PointsEventIn(Schema):
    kind: str = Field(max_length=40)
    began_on: date
    text: str = Field(min_length=1, max_length=1000)


class PointsEventEndIn(Schema):
    ended_on: date
    text: str = Field(min_length=1, max_length=1000)


class ConsequenceDoneIn(Schema):
    words: str = Field(min_length=1, max_length=500)


@router.get("/points", response=PointsBoardOut)
@costly
def board(request: HttpRequest, given: Query[PointsBoardFilter]) -> PointsBoardOut:
    """Colours of a day by region and trade, and how many objects moved."""
    _see(request)
    day = given.day or queries.last_day()
    if day is None:
        return PointsBoardOut(day=None, all=0, counts=[], regions=[], trades=[], up=0, down=0, ways=[])
    prefix = governing_prefix(given.region) if given.region else ""
    names = {one.code: str(one) for one in all_regions()}
    found = describe_board(queries.board(request.user, day=day, region=prefix, trade=given.trade), names)
    return PointsBoardOut(**dict(found), **dict(describe_moves(queries.moves_of(request.user, day=day, region=prefix))))


@router.get("/points/moved", response=list[ColourMovedOut])
def moved(request: HttpRequest, given: Query[PointsBoardFilter]) -> list[ColourMovedOut]:
    """Objects that show another colour than the day before, lowest score first; at most 1,000."""
    _see(request)
    day = given.day or queries.last_day()
    if day is None:
        return []
    prefix = governing_prefix(given.region) if given.region else ""
    return [describe_moved(row) for row in queries.moved(request.user, day=day, region=prefix, trade=given.trade)[:MOST_ROWS]]


@router.get("/objects/{object_id}/points", response=list[PointsDayOut])
def days(request: HttpRequest, object_id: UUID, given: Query[PointsDaysFilter]) -> list[PointsDayOut]:
    """The object's days, newest first."""
    found = _object(request, object_id)
    until = queries.last_day()
    return [describe_day(row) for row in queries.days_of(found.pk, until=until, days=given.days)] if until else []


@router.get("/objects/{object_id}/points/{day}", response=PointsDayDetailOut)
def day(request: HttpRequest, object_id: UUID, day: date) -> PointsDayDetailOut:
    """One day with its lines, reckoned again from them."""
    found = _object(request, object_id)
    rows = queries.revisions_of(found.pk, day)
    if not rows:
        raise LedgerDay.DoesNotExist
    row = rows[-1]
    again = queries.recompute(row)
    same = (again.score, again.colour, again.lines) == (row.score, row.colour, row.lines)
    lines = describe_lines(row, rules_of_version(row.rule_version))
    return PointsDayDetailOut(**dict(describe_day(row)), lines=lines, revisions=len(rows), reckoned_again_same=same)


@router.get("/objects/{object_id}/points/{day}/{code}", response=list[CountedRecordOut])
def counted_records(request: HttpRequest, object_id: UUID, day: date, code: str) -> list[CountedRecordOut]:
    """The records that one part of a day counted (tasks, hazards, monitoring, persons, commitments), as they stand now."""
    found = _object(request, object_id)
    row = queries.newest_revision(found.pk, day)
    own = may(request.user, rights.OWN, found.region_code, (found.organisation_id,))
    counted = records_of(found, day, code, rules_of_version(row.rule_version)) if row is not None else []
    return describe_records(counted, own=own)


@router.get("/objects/{object_id}/lift", response=LiftOut)
def lift(request: HttpRequest, object_id: UUID) -> LiftOut:
    """The cheapest list of what lifts the object by one band; no target where it is green or not scored yet."""
    found = _object(request, object_id)
    own = may(request.user, rights.OWN, found.region_code, (found.organisation_id,))
    plan = describe_lift(lift_of(found, now=current_time()), rules_for_today(found.region_code), own=own)
    if plan is not None:
        return plan
    return nothing_to_lift(_standing(found))


@router.get("/objects/{object_id}/points-events", response=list[PointsEventOut])
def events(request: HttpRequest, object_id: UUID) -> list[PointsEventOut]:
    """Facts that take points or make red."""
    found = _object(request, object_id)
    rules = rules_for_today(found.region_code)
    return [describe_event(row, rules) for row in queries.visible_events(request.user).filter(object=found)]


@router.post("/objects/{object_id}/points-events", response=PointsEventOut)
def enter_event(request: HttpRequest, object_id: UUID, given: PointsEventIn) -> PointsEventOut:
    """A person of the authority enters a fact of a kind in policy."""
    event = services.enter_event(actor=actor_of(request), object_id=object_id, **given.dict())
    return describe_event(event, rules_for_today(event.object.region_code))


@router.post("/points-events/{points_event_id}/end", response=PointsEventOut)
def end_event(request: HttpRequest, points_event_id: UUID, given: PointsEventEndIn) -> PointsEventOut:
    """The fact has ended."""
    event = services.end_event(actor=actor_of(request), event_id=points_event_id, **given.dict())
    return describe_event(event, rules_for_today(event.object.region_code))


@router.post("/points-events/{points_event_id}/ask-end", response=PointsEventOut)
def ask_end(request: HttpRequest, points_event_id: UUID, given: PointsEventAskIn) -> PointsEventOut:
    """The firm has done its part and asks whoever leads to look and to end it."""
    event = services.ask_end(actor=actor_of(request), event_id=points_event_id, text=given.text)
    return describe_event(event, rules_for_today(event.object.region_code))


@router.post("/objects/{object_id}/appeals", response=PointsAppealOut)
def make_appeal(request: HttpRequest, object_id: UUID, given: PointsAppealIn) -> PointsAppealOut:
    """The firm objects to a line of one day."""
    made = appeal_services.make_appeal(actor=actor_of(request), object_id=object_id, **given.dict())
    return describe_appeal(made, rules_for_today(made.object.region_code))


@router.get("/points-appeals", response=list[PointsAppealOut])
def appeals(request: HttpRequest, waiting: bool = True) -> list[PointsAppealOut]:
    """Appeals that wait for an answer, the next due first, or those that were answered; at most 1,000."""
    rows = queries.visible_appeals(request.user).filter(won__isnull=waiting).order_by("due_on", "pk")[:MOST_ROWS]
    return [describe_appeal(row, rules_for_today(row.object.region_code)) for row in rows]


@router.post("/points-appeals/{appeal_id}/answer", response=PointsAppealOut)
def answer_appeal(request: HttpRequest, appeal_id: UUID, given: PointsAnswerIn) -> PointsAppealOut:
    """Won or not, with reasons; a won one scores the days again."""
    done = appeal_services.answer_appeal(actor=actor_of(request), appeal_id=appeal_id, **given.dict())
    return describe_appeal(done, rules_for_today(done.object.region_code))


@router.get("/consequences", response=list[ColourConsequenceOut])
def consequences(request: HttpRequest, done: bool = False) -> Sequence[ColourConsequenceOut]:
    """What colours triggered and waits, the next due first, or what is done; at most 1,000."""
    rows = queries.visible_consequences(request.user).filter(done_at__isnull=not done)[:MOST_ROWS]
    return [describe_consequence(row, rules_for_today(row.object.region_code)) for row in rows]


@router.post("/consequences/{consequence_id}/close", response=ColourConsequenceOut)
def close(request: HttpRequest, consequence_id: UUID, given: ConsequenceDoneIn) -> ColourConsequenceOut:
    """Says what was done."""
    queries.visible_consequences(request.user).get(pk=consequence_id)
    row = close_consequence(actor=actor_of(request), consequence_id=consequence_id, words=given.words)
    return describe_consequence(row, rules_for_today(row.object.region_code))


def _standing(supervised_object: SupervisedObject) -> str:
    until = queries.last_day()
    row = queries.newest_revision(supervised_object.pk, until) if until else None
    return row.standing if row else "grey"


def _see(request: HttpRequest) -> None:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you colours."))


def _object(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    return visible_objects(request.user).get(pk=object_id)
