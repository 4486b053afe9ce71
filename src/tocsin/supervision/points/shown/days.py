"""Days of an object and their lines as people and programs read them."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.engine.points.ledger import Line, read_lines
from tocsin.engine.points.scorer import PARTS_OF_EVIDENCE
from tocsin.supervision.objects.models import LedgerDay
from tocsin.supervision.objects.shown import colour_name
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.ledger import most_of
from tocsin.supervision.points.shown.counted import fact_origin
from tocsin.supervision.points.shown.names import (
    COUNT_NAMES,
    OTHER_NAMES,
    PART_NAMES,
    PART_OF_CODE,
    kind_name,
    points,
    until_of,
)


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


class PointsEvidenceOut(Schema):
    name: str
    value: str | int | float


class PointsLineOut(Schema):
    code: str
    name: str
    points: float
    most: float | None = Field(description="the most that a part could have brought on that day; none of other lines")
    address: str = Field(description="path of the page of the records that it counted, or of what the fact comes from")
    key: str = Field(description="which fact, where the line is one")
    red_line: bool
    evidence: list[PointsEvidenceOut]

    @property
    def may_appeal(self) -> bool:
        """Whether a firm may object to the line."""
        return self.code not in OTHER_NAMES


class PointsDayDetailOut(PointsDayOut):
    lines: list[PointsLineOut]
    revisions: int
    reckoned_again_same: bool = Field(description="whether the stored lines give the same day again just now")


class DayRevision(PointsDayOut):
    """One writing of a day with its lines."""

    lines: list[PointsLineOut]


def describe_line(line: Line, rules: PointsRules, row: LedgerDay, most: Mapping[str, int]) -> PointsLineOut:
    """One line: why, points of how many, what shows it, and where that is looked at. `key` names the fact, for an appeal."""
    part, key, address = PART_OF_CODE.get(line.code), "", ""
    if part is not None:
        name, address = str(PART_NAMES[part]), reverse("points_records", args=[row.object_id, row.day, line.code])
        pairs = zip(PARTS_OF_EVIDENCE[part], line.evidence, strict=True)
        evidence = [PointsEvidenceOut(name=str(COUNT_NAMES[count]), value=value) for count, value in pairs]
    elif line.code in OTHER_NAMES:
        name, evidence = str(OTHER_NAMES[line.code]), _other_evidence(line, rules)
    else:
        key, began, ended = line.evidence
        name = kind_name(line.code, rules)
        origin, address = fact_origin(key)
        told = ((_("from"), origin), (_("since"), began), (_("ended"), ended), (_("red until"), until_of(line.code, rules)))
        evidence = [PointsEvidenceOut(name=one, value=value) for one, value in told if value]
    return PointsLineOut(
        code=line.code,
        name=name,
        points=line.hundredths / 100,
        most=points(most.get(line.code)),
        address=address,
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
            part = PART_OF_CODE.get(line.evidence[1])
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
    lines, most = read_lines(row.lines), most_of(row)
    return [describe_line(line, rules, row, most) for line in lines if line.hundredths or line.code not in ("start", "limit")]
