"""Points as people and programs read them: lines in words, days, what lifts, appeals, consequences, versions of the policy."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.points.figures import Part
from tocsin.engine.points.ledger import PART_CODES, Line, read_lines
from tocsin.engine.points.scorer import PARTS_OF_EVIDENCE, Count
from tocsin.engine.work.firm import EpisodeKind
from tocsin.records.face import is_provisional
from tocsin.supervision.objects.models import LedgerDay, PointsEvent
from tocsin.supervision.objects.policy.register import reads_chinese, trade_name
from tocsin.supervision.objects.shown import Section, colour_name
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries import ledger as queries
from tocsin.supervision.points.queries.acts import Possible
from tocsin.supervision.points.queries.ledger import Board
from tocsin.supervision.points.queries.lift import LiftPlan
from tocsin.supervision.points.queries.rules import rules_of_version
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.work.shown.names import KIND_NAMES

LADDER = ("green", "blue", "yellow", "red", "grey")
PART_NAMES = {
    Part.TASKS: pgettext_lazy("part of the score", "daily tasks"),
    Part.HAZARDS: pgettext_lazy("part of the score", "hidden dangers"),
    Part.MONITORING: pgettext_lazy("part of the score", "monitoring"),
    Part.PERSONS: pgettext_lazy("part of the score", "persons"),
    Part.COMMITMENTS: pgettext_lazy("part of the score", "commitments"),
}
OTHER_NAMES = {
    "start": pgettext_lazy("line of points", "start value of a new object"),
    "limit": pgettext_lazy("line of points", "brought into 0 to 100"),
    "appeal": pgettext_lazy("line of points", "given back by a won appeal"),
    "today": pgettext_lazy("line of points", "the day's own tasks (in no score)"),
}
COUNT_NAMES = {
    Count.TASKS_ON_TIME: pgettext_lazy("evidence of points", "weight done in time"),
    Count.TASKS_LATE: pgettext_lazy("evidence of points", "weight done late"),
    Count.TASKS_DUE: pgettext_lazy("evidence of points", "weight due"),
    Count.OVERDUE_ORDINARY: pgettext_lazy("evidence of points", "ordinary dangers overdue"),
    Count.OVERDUE_MAJOR: pgettext_lazy("evidence of points", "major dangers overdue"),
    Count.CHECKS: pgettext_lazy("evidence of points", "own checks, inspections, and dangers known"),
    Count.SENSORS: pgettext_lazy("evidence of points", "sensors"),
    Count.SENSORS_ONLINE: pgettext_lazy("evidence of points", "of them online"),
    Count.ALARMS: pgettext_lazy("evidence of points", "alarms of own sensors and questions about power"),
    Count.ALARMS_IN_TIME: pgettext_lazy("evidence of points", "of them handled in time"),
    Count.CERTIFICATES: pgettext_lazy("evidence of points", "certificates needed"),
    Count.CERTIFICATES_VALID: pgettext_lazy("evidence of points", "of them valid"),
    Count.SHIFTS: pgettext_lazy("evidence of points", "shifts of leading persons"),
    Count.SHIFTS_KEPT: pgettext_lazy("evidence of points", "of them on post"),
    Count.TRAININGS: pgettext_lazy("evidence of points", "weight of training due"),
    Count.TRAININGS_KEPT: pgettext_lazy("evidence of points", "of it done in time"),
    Count.COMMITMENTS: pgettext_lazy("evidence of points", "commitments due"),
    Count.COMMITMENTS_KEPT: pgettext_lazy("evidence of points", "of them in time"),
}
ACT_NAMES = {
    "task": pgettext_lazy("act that lifts", "do the task"),
    "finding": pgettext_lazy("act that lifts", "rectify the hidden danger"),
    "certificate": pgettext_lazy("act that lifts", "renew the certificate"),
    "sensor": pgettext_lazy("act that lifts", "bring the sensor online"),
    "alarm": pgettext_lazy("act that lifts", "end what the alarm is about"),
    "question": pgettext_lazy("act that lifts", "answer the question about power"),
    "red_line": pgettext_lazy("act that lifts", "end the red line"),
}
_PARTS = {code: part for part, code in PART_CODES.items()}


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

    @property
    def band_name(self) -> str:
        """The band in words."""
        return colour_name(self.band)


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

    @property
    def standing_name(self) -> str:
        """Where the object stands, in words."""
        return colour_name(self.standing)

    @property
    def target_name(self) -> str:
        """The band that it is lifted to, in words."""
        return colour_name(self.target) if self.target else ""


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

    @property
    def trade_name(self) -> str:
        """The trade in words."""
        return trade_name(self.trade)

    @property
    def before_name(self) -> str:
        """The colour before, in words."""
        return colour_name(self.before)

    @property
    def after_name(self) -> str:
        """The colour after, in words."""
        return colour_name(self.after)


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
        return self.reason_code in _PARTS


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
    entered_by: str


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

    @property
    def may_appeal(self) -> bool:
        """Whether a firm may object to the line."""
        return self.code not in OTHER_NAMES


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

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many objects show each colour, in the order of a table."""
        return [(colour, getattr(self, colour)) for colour in LADDER]


class ColourMoveOut(Schema):
    before: str
    after: str
    objects: int

    @property
    def before_name(self) -> str:
        """The colour before, in words."""
        return colour_name(self.before)

    @property
    def after_name(self) -> str:
        """The colour after, in words."""
        return colour_name(self.after)


class ColoursOut(Schema):
    """Colours of a day by region and trade."""

    day: date | None = Field(description="the day whose points these are; none before the first night")
    all: int
    counts: list[ColourCountOut]
    regions: list[ColourRowOut]
    trades: list[ColourRowOut]


class MovesOut(Schema):
    """How many objects moved on a day."""

    up: int
    down: int
    ways: list[ColourMoveOut]


class PointsBoardOut(ColoursOut, MovesOut):
    pass


class PointsDayDetailOut(PointsDayOut):
    lines: list[PointsLineOut]
    revisions: int
    reckoned_again_same: bool = Field(description="whether the stored lines give the same day again just now")


class DayRevision(PointsDayOut):
    """One writing of a day with its lines."""

    lines: list[PointsLineOut]


def points(hundredths: int | None) -> float | None:
    """Points of hundredths."""
    return None if hundredths is None else hundredths / 100


def kind_name(kind: str, rules: PointsRules) -> str:
    """What a fact or a consequence is called by a version of the policy; its key where that version knows it no more."""
    words = rules.words(kind)
    return kind if words is None else words[0 if reads_chinese() else 1]


def describe_line(line: Line, rules: PointsRules) -> PointsLineOut:
    """One line: why, points, and what shows it. `key` names the fact, for an appeal."""
    part, key = _PARTS.get(line.code), ""
    if part is not None:
        name = str(PART_NAMES[part])
        pairs = zip(PARTS_OF_EVIDENCE[part], line.evidence, strict=True)
        evidence = [PointsEvidenceOut(name=str(COUNT_NAMES[count]), value=value) for count, value in pairs]
    elif line.code in OTHER_NAMES:
        name, evidence = str(OTHER_NAMES[line.code]), _other_evidence(line, rules)
    else:
        key, began, ended = line.evidence
        name = kind_name(line.code, rules)
        told = ((_("from"), key), (_("since"), began), (_("ended"), ended))
        evidence = [PointsEvidenceOut(name=one, value=value) for one, value in told if value or one != _("ended")]
    return PointsLineOut(
        code=line.code,
        name=name,
        points=line.hundredths / 100,
        key=key,
        red_line=line.code in rules.figures().red_lines,
        evidence=evidence,
    )


def _other_evidence(line: Line, rules: PointsRules) -> list[PointsEvidenceOut]:
    match line.code:
        case "start":
            return [PointsEvidenceOut(name=_("days in the register"), value=line.evidence[0])]
        case "today":
            names = (_("in time"), _("late"), _("missed"))
            return [PointsEvidenceOut(name=name, value=value) for name, value in zip(names, line.evidence, strict=True)]
        case "appeal":
            part = _PARTS.get(line.evidence[1])
            against = str(PART_NAMES[part]) if part is not None else kind_name(line.evidence[1], rules)
            return [PointsEvidenceOut(name=_("against"), value=against)]
    return []


def describe_day(row: LedgerDay) -> PointsDayOut:
    """One day of one object, without its lines."""
    return PointsDayOut(
        day=row.day,
        revision=row.revision,
        score=row.score / 100,
        colour=row.colour,
        colour_name=colour_name(row.colour),
        band=row.band,
        standing=row.standing,
        feedback=row.feedback / 100,
        rule_version=row.rule_version,
    )


def describe_lines(row: LedgerDay, rules: PointsRules) -> list[PointsLineOut]:
    """The lines of one day; those that say nothing are left out."""
    lines = read_lines(row.lines)
    return [describe_line(line, rules) for line in lines if line.hundredths or line.code not in ("start", "limit")]


def describe_lift(plan: LiftPlan | None) -> LiftOut | None:
    """What lifts, in words."""
    if plan is None:
        return None
    return LiftOut(
        standing=plan.standing,
        target=plan.target,
        reachable=plan.reachable,
        proven=plan.proven,
        effort_h=plan.effort,
        shown_after=plan.shown_after,
        acts=[describe_act(one) for one in plan.acts],
    )


def describe_act(one: Possible) -> LiftActOut:
    """One thing to do, and what it is about."""
    subject = one.subject
    match one.kind:
        case "task":
            about, due = task_name(subject.rule, subject.rules_version), subject.deferred_to or subject.due_at
        case "finding":
            about, due = f"{subject.number} {subject.text[:80]}", subject.due_on
        case "certificate":
            about, due = f"{subject.role}: {subject.required_certificate}", None
        case "sensor":
            about, due = str(subject), None
        case "alarm":
            about, due = subject.place, subject.due_at
        case "question":
            about, due = str(KIND_NAMES[EpisodeKind(subject.kind)]), subject.due_at
        case _:
            about, due = subject.kind, None
    return LiftActOut(kind=one.kind, id=subject.pk, name=str(ACT_NAMES[one.kind]), about=about, effort_h=one.act.effort, due=due)


def describe_board(found: Board, region_names: Mapping[str, str]) -> ColoursOut:
    """One day of the board, by region and trade, worst share of red first."""

    def rows(table: Mapping[str, Mapping[str, int]], name_of: Callable[[str], str]) -> list[ColourRowOut]:
        made = [ColourRowOut(key=key, name=name_of(key), all=sum(counts.values()), **counts) for key, counts in table.items()]
        return sorted(made, key=lambda row: (-row.red / row.all, -row.yellow / row.all, row.key))

    return ColoursOut(
        day=found.day,
        all=sum(found.all.values()),
        counts=[ColourCountOut(colour=one, name=colour_name(one), objects=found.all[one]) for one in LADDER],
        regions=rows(found.regions, lambda code: region_names.get(code, code)),
        trades=rows(found.trades, trade_name),
    )


def describe_moves(found: Mapping[tuple[str, str], int]) -> MovesOut:
    """How many went up and down, and each way of going; coming from or to grey is neither."""
    order = {"red": 0, "yellow": 1, "blue": 2, "green": 3}
    up = sum(number for (before, after), number in found.items() if order.get(before, 9) < order.get(after, -1))
    down = sum(number for (before, after), number in found.items() if order.get(before, -1) > order.get(after, 9))
    ways = [
        ColourMoveOut(before=before, after=after, objects=number)
        for (before, after), number in sorted(found.items(), key=lambda one: -one[1])
    ]
    return MovesOut(up=up, down=down, ways=ways)


def describe_moved(row: Any) -> ColourMovedOut:
    """One object that shows another colour than the day before."""
    before = row.was or "grey"
    return ColourMovedOut(
        object_id=row.object_id,
        code=row.object.code,
        name=row.object.name,
        region_code=row.object.region_code,
        trade=row.object.trade,
        day=row.day,
        before=before,
        after=row.colour,
        score=row.score / 100,
    )


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
    )


def _counts_days(row: Consequence, rules: PointsRules) -> bool:
    """Whether its time is counted in working days and still runs."""
    return row.done_at is None and any(one.kind == row.kind and one.working_days for one in rules.consequence)


def describe_appeal(row: Appeal, rules: PointsRules) -> PointsAppealOut:
    """An appeal with its clock."""
    part = _PARTS.get(row.reason_code)
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
        entered_by=str(row.entered_by) if row.entered_by else "",
    )


def describe_simulation(found: dict[str, Any], names: dict[str, str]) -> dict[str, Any] | None:
    """The from-to matrix as a table, and who would change."""
    if not found:
        return None
    cells = [[found["matrix"].get(f"{before}>{after}", 0) for after in LADDER] for before in LADDER]
    rows = [
        {"colour": before, "name": colour_name(before), "cells": [{"objects": one, "stays": a == b} for b, one in enumerate(row)]}
        for a, (before, row) in enumerate(zip(LADDER, cells, strict=True))
    ]
    changed = [
        {
            **one,
            "name": names.get(one["object"], one["object"]),
            "before_name": colour_name(one["before"]),
            "after_name": colour_name(one["after"]),
            "score_before": points(one["score_before"]),
            "score_after": points(one["score_after"]),
        }
        for one in found["list"]
    ]
    return {**found, "heads": [(one, colour_name(one)) for one in LADDER], "rows": rows, "list": changed}


def section(found: Any, user: Any) -> dict[str, Any] | None:
    """What the object's page shows of points: the newest day, its lines, what waits."""
    day = queries.last_day()
    row = queries.newest_revision(found.pk, day) if day else None
    if row is None:
        return None
    rules = rules_of_version(row.rule_version)
    waiting = queries.visible_consequences(user).filter(object=found, done_at=None)
    return {
        "day": describe_day(row),
        "lines": describe_lines(row, rules),
        "consequences": [describe_consequence(one, rules) for one in waiting[:10]],
    }


SECTION = Section("points", section, "supervision/points/_section.html")
