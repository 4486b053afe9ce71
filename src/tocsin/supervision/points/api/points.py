"""Points of supervision for programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import all_regions, may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points import shown as told
from tocsin.supervision.points.queries import ledger as queries
from tocsin.supervision.points.queries.lift import lift_of
from tocsin.supervision.points.queries.rules import rules_for_today, rules_of_version
from tocsin.supervision.points.services import appeals as appeal_services
from tocsin.supervision.points.services import facts as services
from tocsin.supervision.points.services.consequences import close_consequence

router = Router()
MOST_DAYS = 400
MOST_ROWS = 1000


class ColourCountOut(Schema):
    colour: str = Field(description="green, blue, yellow, red or grey: not enough data")
    name: str
    objects: int


class ColourRowOut(Schema):
    """One region or one trade."""

    key: str
    name: str
    all: int
    green: int
    blue: int
    yellow: int
    red: int
    grey: int


class ColourMoveOut(Schema):
    before: str
    after: str
    objects: int


class PointsBoardOut(Schema):
    day: date | None = Field(description="the day whose points these are; none before the first night")
    all: int
    counts: list[ColourCountOut]
    regions: list[ColourRowOut]
    trades: list[ColourRowOut]
    up: int
    down: int
    ways: list[ColourMoveOut]


class ColourMovedOut(Schema):
    object_id: UUID
    code: str
    name: str
    region_code: str
    trade: str
    day: date
    before: str
    after: str
    score: float


class PointsDayOut(Schema):
    day: date
    revision: int = Field(description="0: as first written; later ones are corrections")
    score: float = Field(description="the sum of the day's lines, 0 to 100")
    colour: str
    colour_name: str
    band: str = Field(description="what score, red lines and data alone say, before steps and stability")
    standing: str = Field(description="where the object stands; kept while it is grey")
    feedback: float = Field(description="the day's own points, in no score")
    rule_version: str


class PointsEvidenceOut(Schema):
    name: str
    value: str | int | float


class PointsLineOut(Schema):
    code: str
    name: str
    points: float
    key: str = Field(description="which fact, where the line is one")
    red_line: bool
    evidence: list[PointsEvidenceOut]


class PointsDayDetailOut(PointsDayOut):
    lines: list[PointsLineOut]
    revisions: int
    reckoned_again_same: bool = Field(description="whether the stored lines give the same day again just now")


class LiftActOut(Schema):
    kind: str
    id: UUID
    name: str
    about: str
    effort_h: float
    due: datetime | date | None


class LiftOut(Schema):
    standing: str
    target: str | None
    reachable: bool
    proven: bool = Field(description="no cheaper list leads there; false only where there were too many to look at")
    effort_h: float
    shown_after: date | None = Field(description="after the night of this day, if all is done today")
    acts: list[LiftActOut]


class ColourConsequenceOut(Schema):
    id: UUID
    object_id: UUID
    object: str
    region_code: str
    day: date
    colour: str
    kind: str
    kind_name: str
    due_at: datetime | None
    provisional: bool = Field(description="counted through a year whose official calendar is not known yet")
    done_at: datetime | None
    done_by: str
    words: str


class PointsAppealOut(Schema):
    id: UUID
    object_id: UUID
    object: str
    region_code: str
    day: date
    reason_code: str
    reason: str
    line_key: str
    text: str
    made_at: datetime
    made_by: str
    due_on: date
    provisional: bool = Field(description="counted through a year whose official calendar is not known yet")
    won: bool | None
    granted: float | None
    answer: str
    decided_at: datetime | None
    decided_by: str


class PointsEventOut(Schema):
    id: UUID
    object_id: UUID
    kind: str
    kind_name: str
    key: str
    began_on: date
    ended_on: date | None
    text: str
    end_text: str
    entered_by: str


class PointsBoardFilter(Schema):
    region: str = Field("", pattern="^([0-9]{6})?$")
    trade: str = Field("", max_length=40)
    day: date | None = None


class PointsDaysFilter(Schema):
    days: int = Field(60, ge=1, le=MOST_DAYS)


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
def board(request: HttpRequest, given: Query[PointsBoardFilter]) -> dict[str, Any]:
    """Colours of a day by region and trade, and how many objects moved."""
    _see(request)
    day = given.day or queries.last_day()
    if day is None:
        return {"day": None, "all": 0, "counts": [], "regions": [], "trades": [], "up": 0, "down": 0, "ways": []}
    prefix = governing_prefix(given.region) if given.region else ""
    names = {one.code: str(one) for one in all_regions()}
    found = told.describe_board(queries.board(request.user, day=day, region=prefix, trade=given.trade), names)
    return {**found, **told.describe_moves(queries.moves_of(request.user, day=day, region=prefix))}


@router.get("/points/moved", response=list[ColourMovedOut])
def moved(request: HttpRequest, given: Query[PointsBoardFilter]) -> list[dict[str, Any]]:
    """Objects that show another colour than the day before, lowest score first; at most 1,000."""
    _see(request)
    day = given.day or queries.last_day()
    if day is None:
        return []
    prefix = governing_prefix(given.region) if given.region else ""
    return [
        told.describe_moved(row) for row in queries.moved(request.user, day=day, region=prefix, trade=given.trade)[:MOST_ROWS]
    ]


@router.get("/objects/{object_id}/points", response=list[PointsDayOut])
def days(request: HttpRequest, object_id: UUID, given: Query[PointsDaysFilter]) -> list[dict[str, Any]]:
    """The object's days, newest first."""
    found = _object(request, object_id)
    until = queries.last_day()
    return [told.describe_day(row) for row in queries.days_of(found.pk, until=until, days=given.days)] if until else []


@router.get("/objects/{object_id}/points/{day}", response=PointsDayDetailOut)
def day(request: HttpRequest, object_id: UUID, day: date) -> dict[str, Any]:
    """One day with its lines, reckoned again from them."""
    found = _object(request, object_id)
    rows = queries.revisions_of(found.pk, day)
    if not rows:
        raise LedgerDay.DoesNotExist
    row = rows[-1]
    again = queries.recompute(row)
    same = (again.score, again.colour, again.lines) == (row.score, row.colour, row.lines)
    lines = told.describe_lines(row, rules_of_version(row.rule_version))
    return {**told.describe_day(row), "lines": lines, "revisions": len(rows), "reckoned_again_same": same}


@router.get("/objects/{object_id}/lift", response=LiftOut)
def lift(request: HttpRequest, object_id: UUID) -> dict[str, Any]:
    """The cheapest list of what lifts the object by one band; no target where it is green or not scored yet."""
    found = _object(request, object_id)
    plan = told.describe_lift(lift_of(found, now=current_time()))
    nothing: dict[str, Any] = {
        "standing": "grey",
        "target": None,
        "reachable": True,
        "proven": True,
        "effort_h": 0.0,
        "shown_after": None,
        "acts": [],
    }
    return plan or {**nothing, "standing": _standing(found)}


@router.get("/objects/{object_id}/points-events", response=list[PointsEventOut])
def events(request: HttpRequest, object_id: UUID) -> list[dict[str, Any]]:
    """Facts that take points or make red."""
    found = _object(request, object_id)
    rules = rules_for_today(found.region_code)
    return [told.describe_event(row, rules) for row in queries.visible_events(request.user).filter(object=found)]


@router.post("/objects/{object_id}/points-events", response=PointsEventOut)
def enter_event(request: HttpRequest, object_id: UUID, given: PointsEventIn) -> dict[str, Any]:
    """A person of the authority enters a fact of a kind in policy."""
    event = services.enter_event(actor=actor_of(request), object_id=object_id, **given.dict())
    return told.describe_event(event, rules_for_today(event.object.region_code))


@router.post("/points-events/{points_event_id}/end", response=PointsEventOut)
def end_event(request: HttpRequest, points_event_id: UUID, given: PointsEventEndIn) -> dict[str, Any]:
    """The fact has ended."""
    event = services.end_event(actor=actor_of(request), event_id=points_event_id, **given.dict())
    return told.describe_event(event, rules_for_today(event.object.region_code))


@router.post("/objects/{object_id}/appeals", response=PointsAppealOut)
def make_appeal(request: HttpRequest, object_id: UUID, given: PointsAppealIn) -> dict[str, Any]:
    """The firm objects to a line of one day."""
    made = appeal_services.make_appeal(actor=actor_of(request), object_id=object_id, **given.dict())
    return told.describe_appeal(made, rules_for_today(made.object.region_code))


@router.get("/points-appeals", response=list[PointsAppealOut])
def appeals(request: HttpRequest, waiting: bool = True) -> list[dict[str, Any]]:
    """Appeals that wait for an answer, the next due first, or those that were answered; at most 1,000."""
    rows = queries.visible_appeals(request.user).filter(won__isnull=waiting).order_by("due_on", "pk")[:MOST_ROWS]
    return [told.describe_appeal(row, rules_for_today(row.object.region_code)) for row in rows]


@router.post("/points-appeals/{appeal_id}/answer", response=PointsAppealOut)
def answer_appeal(request: HttpRequest, appeal_id: UUID, given: PointsAnswerIn) -> dict[str, Any]:
    """Won or not, with reasons; a won one scores the days again."""
    done = appeal_services.answer_appeal(actor=actor_of(request), appeal_id=appeal_id, **given.dict())
    return told.describe_appeal(done, rules_for_today(done.object.region_code))


@router.get("/consequences", response=list[ColourConsequenceOut])
def consequences(request: HttpRequest, done: bool = False) -> list[dict[str, Any]]:
    """What colours triggered and waits, the next due first, or what is done; at most 1,000."""
    rows = queries.visible_consequences(request.user).filter(done_at__isnull=not done)[:MOST_ROWS]
    return [told.describe_consequence(row, rules_for_today(row.object.region_code)) for row in rows]


@router.post("/consequences/{consequence_id}/close", response=ColourConsequenceOut)
def close(request: HttpRequest, consequence_id: UUID, given: ConsequenceDoneIn) -> dict[str, Any]:
    """Says what was done."""
    queries.visible_consequences(request.user).get(pk=consequence_id)
    row = close_consequence(actor=actor_of(request), consequence_id=consequence_id, words=given.words)
    return told.describe_consequence(row, rules_for_today(row.object.region_code))


def _standing(found: SupervisedObject) -> str:
    until = queries.last_day()
    row = queries.newest_revision(found.pk, until) if until else None
    return row.standing if row else "grey"


def _see(request: HttpRequest) -> None:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you colours."))


def _object(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    return visible_objects(request.user).get(pk=object_id)
