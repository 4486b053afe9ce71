"""How one's own firm stands: its colour, why, what lifts it, what follows, each with its page."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from ninja import Field, Schema

from tocsin.base.ids import deterministic_id
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.objects.shown import colour_name
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.points.queries.ledger import last_day, losses_of, newest_revision
from tocsin.supervision.points.queries.lift import lift_of
from tocsin.supervision.points.queries.rules import rules_for_today, rules_of_version
from tocsin.supervision.points.shown.lift import LiftOut, describe_lift
from tocsin.supervision.points.shown.names import PART_OF_CODE, kind_name, reason_name

LIFT_KEPT_S: Final = 600
WORST: Final = 4
APPEALS_SHOWN_FOR: Final = timedelta(days=14)


class FirmWhyOut(Schema):
    """One thing that the score lacks."""

    name: str
    lost: float = Field(description="points")
    address: str = Field(description="path of the records that it counted")


class FirmMeasureOut(Schema):
    """Something that the colour asks of the authority, or an objection, with its clock."""

    name: str
    state: str
    due: datetime | date | None


class FirmPageOut(Schema):
    """A page with more of it."""

    name: str
    address: str


class FirmStandingOut(Schema):
    """One object of the firm."""

    object_id: str
    object_name: str
    colour: str
    colour_name: str
    day: date | None = Field(description="the day whose points these are; null before the first night")
    score: float | None
    why: list[FirmWhyOut] = Field(description="what the score lacks to 100, the most first")
    lift: LiftOut | None = Field(description="what lifts by one band or keeps the colour; null: nothing needs to")
    target_name: str = Field(description="the colour that it lifts to or keeps, in words")
    tonight_name: str = Field(description="the colour after tonight if nothing is done, in words")
    measures: list[FirmMeasureOut] = Field(description="what follows from the colour, and objections")
    pages: list[FirmPageOut]


def standing_of(found: SupervisedObject, *, mark: Iterable[object], now: datetime) -> FirmStandingOut:
    """How the object stands. `mark`: of the firm's tasks, dangers, questions: what lifts is kept as long as it is the same."""
    day = last_day()
    row = newest_revision(found.pk, day) if day else None
    colour = row.colour if row else "grey"
    lift = _lift(found, mark, day, now) if row else None
    return FirmStandingOut(
        object_id=str(found.pk),
        object_name=found.name,
        colour=colour,
        colour_name=colour_name(colour),
        day=row.day if row else None,
        score=row.score / 100 if row else None,
        why=_why(row) if row else [],
        lift=lift,
        target_name=lift.target_name if lift else "",
        tonight_name=lift.tonight_name if lift else "",
        measures=[*_measures(found), *_appeals(found, now)],
        pages=_pages(found),
    )


def _why(row: LedgerDay) -> list[FirmWhyOut]:
    rules = rules_of_version(row.rule_version)
    whole = reverse("points_of_day", args=[row.object_id, row.day])
    return [
        FirmWhyOut(
            name=reason_name(code, rules),
            lost=lost / 100,
            address=reverse("points_records", args=[row.object_id, row.day, code]) if code in PART_OF_CODE else whole,
        )
        for code, lost in losses_of(row)[:WORST]
    ]


def _lift(found: SupervisedObject, mark: Iterable[object], day: date | None, now: datetime) -> LiftOut | None:
    """Reckoned again when something was done, by the hour, and after each night: a phone asks three times a minute."""
    hour = f"{timezone.localtime(now):%Y%m%d%H}"
    key = f"lift-{deterministic_id(found.pk, day, hour, get_language(), *mark)}"
    known = cache.get(key)
    if known is None:
        plan = describe_lift(lift_of(found, now=now), rules_for_today(found.region_code), own=True)
        known = plan.model_dump_json() if plan is not None else ""
        cache.set(key, known, LIFT_KEPT_S)
    return LiftOut.model_validate_json(known) if known else None


def _measures(found: SupervisedObject) -> list[FirmMeasureOut]:
    rules = rules_for_today(found.region_code)
    rows = Consequence.objects.filter(object=found, done_at=None).order_by("due_at")[:6]
    state = pgettext("measure of the authority", "comes")
    return [FirmMeasureOut(name=kind_name(row.kind, rules), state=state, due=row.due_at) for row in rows]


def _appeals(found: SupervisedObject, now: datetime) -> list[FirmMeasureOut]:
    rules = rules_for_today(found.region_code)
    rows = Appeal.objects.filter(object=found).filter(Q(won=None) | Q(decided_at__gte=now - APPEALS_SHOWN_FOR))
    states = {
        None: pgettext("objection", "waits for an answer"),
        True: pgettext("objection", "won"),
        False: pgettext("objection", "not won"),
    }
    head = pgettext("objection", "Objection: {line} of {day}")
    return [
        FirmMeasureOut(
            name=head.format(line=reason_name(row.reason_code, rules), day=row.day.isoformat()),
            state=states[row.won],
            due=row.due_on if row.won is None else None,
        )
        for row in rows.order_by("-made_at")[:4]
    ]


def _pages(found: SupervisedObject) -> list[FirmPageOut]:
    named = (
        (pgettext("page of a firm", "Points and objections"), "points_of_object"),
        (pgettext("page of a firm", "Work and power"), "work_of_firm"),
        (pgettext("page of a firm", "Duty, rosters, certificates"), "presence_of_firm"),
        (pgettext("page of a firm", "Register"), "supervised_object"),
    )
    return [
        *(FirmPageOut(name=name, address=reverse(page, args=[found.pk])) for name, page in named),
        FirmPageOut(name=pgettext("page of a firm", "Notices"), address=reverse("notices")),
    ]
