"""Facts, consequences and appeals as people and programs read them."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.records.face import is_provisional
from tocsin.supervision.objects.models import PointsEvent
from tocsin.supervision.objects.queries.register import region_name
from tocsin.supervision.objects.shown import colour_name
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.shown.names import PART_NAMES, PART_OF_CODE, kind_name, points, until_of


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
    inspection_id: UUID | None = Field(description="that was planned for it, or closed it")
    inspection: str = Field(description="its number")

    @property
    def colour_name(self) -> str:
        """The colour in words."""
        return colour_name(self.colour)


class ConsequenceLine(ColourConsequenceOut):
    """The same as pages show it: with the object's code."""

    code: str


class ConsequenceRow(ConsequenceLine):
    """One row of the list: whether its time has passed, and whether the reader may say that it is done."""

    overdue: bool
    may_close: bool

    @property
    def region_name(self) -> str:
        """The region in words."""
        return region_name(self.region_code)


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

    @property
    def in_part(self) -> bool:
        """Whether it is against a part of the score."""
        return self.reason_code in PART_OF_CODE


class AppealRow(PointsAppealOut):
    """One row of the list: whether the reader may answer."""

    may_answer: bool


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
    until: str = Field(description="until when a red line makes red; empty for other facts")
    asked: str = Field(description="why the firm asks for its end; empty: it has not")
    entered_by: str


def describe_consequence(row: Consequence, rules: PointsRules) -> ConsequenceLine:
    """What a colour triggered, with its time."""
    superseded = row.words == "superseded"
    return ConsequenceLine(
        id=row.pk,
        object_id=row.object_id,
        object=row.object.name,
        code=row.object.code,
        region_code=row.object.region_code,
        day=row.day,
        colour=row.colour,
        kind=row.kind,
        kind_name=kind_name(row.kind, rules),
        due_at=row.due_at,
        provisional=_counts_days(row, rules) and is_provisional(row.day, row.due_at),
        done_at=row.done_at,
        done_by=str(row.done_by) if row.done_by else "",
        words=_("the colour has changed since") if superseded else row.words,
        inspection_id=row.inspection_id,
        inspection=row.inspection.number if row.inspection is not None else "",
    )


def _counts_days(row: Consequence, rules: PointsRules) -> bool:
    """Whether its time is counted in working days and still runs."""
    return row.done_at is None and any(one.kind == row.kind and one.working_days for one in rules.consequence)


def describe_appeal(row: Appeal, rules: PointsRules) -> PointsAppealOut:
    """An appeal with its clock."""
    part = PART_OF_CODE.get(row.reason_code)
    return PointsAppealOut(
        id=row.pk,
        object_id=row.object_id,
        object=row.object.name,
        region_code=row.object.region_code,
        day=row.day,
        reason_code=row.reason_code,
        reason=str(PART_NAMES[part]) if part is not None else kind_name(row.reason_code, rules),
        line_key=row.line_key,
        text=row.text,
        made_at=row.made_at,
        made_by=str(row.made_by),
        due_on=row.due_on,
        provisional=row.won is None and is_provisional(row.made_at, row.due_on),
        won=row.won,
        granted=points(row.granted) if row.won and part is not None else None,
        answer=row.answer,
        decided_at=row.decided_at,
        decided_by=str(row.decided_by) if row.decided_by else "",
    )


def describe_event(row: PointsEvent, rules: PointsRules) -> PointsEventOut:
    """A fact that takes points or makes red."""
    return PointsEventOut(
        id=row.pk,
        object_id=row.object_id,
        kind=row.kind,
        kind_name=kind_name(row.kind, rules),
        key=row.key,
        began_on=row.began_on,
        ended_on=row.ended_on,
        text=str(row.evidence.get("text", "")),
        end_text=str(row.evidence.get("end", "")),
        until=until_of(row.kind, rules),
        asked=str(row.evidence.get("asked", "")),
        entered_by=str(row.entered_by) if row.entered_by else "",
    )
