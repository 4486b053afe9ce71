"""Figures of a firm's alarms, and a burst in order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.base.time import datetime_from_ms
from tocsin.hazchem.alarm_load.queries.load import Burst, FirmAlarms
from tocsin.hazchem.alarm_load.queries.online import FirmRate, PointRate
from tocsin.hazchem.alarm_load.rules import LoadFigure
from tocsin.hazchem.alarm_load.shown.names import BENEATH_NAMES, FIGURE_NAMES, ON_TOP_NAMES, SHARES
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.installations.shown.names import POINT_NAMES
from tocsin.screens.shapes import OnPages
from tocsin.screens.words import LEVEL_NAMES


class LoadFigureOut(Schema):
    """One figure beside what it shall not exceed (EEMUA 191)."""

    kind: str
    name: str
    value: float | None = Field(description="a share from 0 to 1, or a number; null where nothing rang")
    target: float
    is_good: bool
    text: OnPages[str]
    target_text: OnPages[str]


class BurstAlarmOut(Schema):
    """An alarm of a burst."""

    alarm_id: UUID
    at: datetime
    level: int
    level_name: str
    unit: str
    equipment: str
    point: str
    point_kind_name: str
    rule: str
    why: list[str] = Field(description="why it stays on top: first, upstream, safety, highest, graver, many")
    why_names: list[str]
    beneath: UUID | None = Field(description="the alarm that it follows from")
    followed: str = Field(description="same_place, downstream, or empty")
    followed_name: str
    under_it: int = Field(description="how many alarms follow from it")
    css: OnPages[str]


class BurstOut(Schema):
    """A burst in order: what matters, the others, and what is folded beneath either."""

    begins: datetime
    ends: datetime
    alarms: int
    top: list[BurstAlarmOut]
    others: list[BurstAlarmOut]
    folded: list[BurstAlarmOut]


class PlantAlarmLoadOut(Schema):
    """A firm's alarms of a time."""

    object_id: UUID
    firm: str
    since: datetime
    until: datetime
    alarms: int
    figures: list[LoadFigureOut]
    bursts: list[tuple[datetime, datetime]] = Field(description="floods, the newest last; else the fullest window")
    burst: BurstOut | None


class PointOnlineOut(Schema):
    """A point's online rate in percent, planned outages left out; null where that is not known."""

    point_id: UUID
    unit: str
    equipment: str
    point: str
    sensor: str
    day_pct: float | None
    week_pct: float | None = Field(description="mean of the last seven judged days")
    month_pct: float | None = Field(description="mean of the last thirty")
    planned: bool = Field(description="a planned outage lay in these days")


class OutageProofOut(Schema):
    """A planned outage that is left out, and the page of the work that proves it."""

    begins: datetime
    ends: datetime
    what: str
    who: str
    address: str


class FirmOnlineOut(Schema):
    """A firm's online rate, point by point, the lowest first."""

    day: str = Field(description="the last judged day; empty: none yet")
    day_pct: float | None = Field(description="mean over its points")
    week_pct: float | None
    month_pct: float | None
    points: list[PointOnlineOut]
    outages: list[OutageProofOut]


class FirmLoadRowOut(Schema):
    """A firm in the list."""

    object_id: UUID
    firm: str
    alarms: int
    per_hour: float | None
    peak: float | None
    flood_share: float | None
    standing: float | None
    chattering: float | None
    beyond: int = Field(description="how many figures lie beyond their target")
    online_pct: float | None = Field(description="of the last judged day, mean over its points")


def describe_figure(one: LoadFigure) -> LoadFigureOut:
    """One figure."""
    percent = one.kind in SHARES

    def told(value: float) -> str:
        return f"{value * 100:.1f} %" if percent else f"{value:.2f}".rstrip("0").rstrip(".")

    return LoadFigureOut(
        kind=one.kind,
        name=str(FIGURE_NAMES[one.kind]),
        value=one.value,
        target=one.target,
        is_good=one.is_good,
        text="–" if one.value is None else told(one.value),
        target_text=told(one.target),
    )


def describe_burst(burst: Burst, points: Mapping[str, PlantPoint]) -> BurstOut:
    """A burst with every alarm once."""
    folded = burst.folded
    under: dict[int, int] = {}
    for head in folded.beneath.tolist():
        under[head] = under.get(head, 0) + 1
    beneath = sorted((head, one) for one, head in enumerate(folded.beneath.tolist()) if head >= 0)

    def told(numbers: Iterable[int]) -> list[BurstAlarmOut]:
        return [_alarm(burst, number, points, under.get(number, 0)) for number in numbers]

    return BurstOut(
        begins=burst.begins,
        ends=burst.ends,
        alarms=len(burst.rows),
        top=told(folded.top),
        others=told(folded.others),
        folded=told(one for _head, one in beneath),
    )


def _alarm(burst: Burst, number: int, points: Mapping[str, PlantPoint], under: int) -> BurstAlarmOut:
    row, folded = burst.rows[number], burst.folded
    point = points.get(row.point[0])
    head = int(folded.beneath[number])
    followed = folded.followed.get(number)
    why = folded.why.get(number, ())
    return BurstAlarmOut(
        alarm_id=row.alarm_id,
        at=datetime_from_ms(row.raised_ms),
        level=row.level,
        level_name=str(LEVEL_NAMES[row.level]),
        unit=point.equipment.unit.name if point else "",
        equipment=str(point.equipment) if point else "",
        point=point.tag if point else "",
        point_kind_name=str(POINT_NAMES[point.kind]) if point else "",
        rule=row.point[1],
        why=[one.value for one in why],
        why_names=[str(ON_TOP_NAMES[one]) for one in why],
        beneath=burst.rows[head].alarm_id if head >= 0 else None,
        followed=followed.value if followed else "",
        followed_name=str(BENEATH_NAMES[followed]) if followed else "",
        under_it=under,
        css=AlarmLevel(row.level).name.lower(),
    )


def describe_load(found: FirmAlarms, spans: list[tuple[datetime, datetime]], burst: Burst | None) -> PlantAlarmLoadOut:
    """All of a firm's alarms of a time."""
    return PlantAlarmLoadOut(
        object_id=found.firm.pk,
        firm=found.firm.name,
        since=found.since,
        until=found.until,
        alarms=found.judged.alarms,
        figures=[describe_figure(one) for one in found.judged.figures],
        bursts=spans,
        burst=None if burst is None else describe_burst(burst, found.point_of),
    )


def describe_row(found: FirmAlarms, online: float | None) -> FirmLoadRowOut:
    """A firm in the list."""
    values = {one.kind.value: one.value for one in found.judged.figures}
    return FirmLoadRowOut(
        object_id=found.firm.pk,
        firm=found.firm.name,
        alarms=found.judged.alarms,
        beyond=sum(not one.is_good for one in found.judged.figures),
        online_pct=online,
        **{name: values[name] for name in ("per_hour", "peak", "flood_share", "standing", "chattering")},
    )


def describe_online(found: FirmRate) -> FirmOnlineOut:
    """A firm's online rate."""
    return FirmOnlineOut(
        day=found.day.isoformat() if found.day else "",
        day_pct=found.day_pct,
        week_pct=found.week_pct,
        month_pct=found.month_pct,
        points=[describe_point_rate(one) for one in found.points],
        outages=[
            OutageProofOut(begins=one.begins, ends=one.ends, what=one.what, who=one.who, address=one.address)
            for one in found.outages
        ],
    )


def describe_point_rate(one: PointRate) -> PointOnlineOut:
    """One point's rate."""
    sensor = one.point.sensor
    return PointOnlineOut(
        point_id=one.point.pk,
        unit=one.point.equipment.unit.name,
        equipment=str(one.point.equipment),
        point=one.point.tag,
        sensor=f"{sensor.device.code}/{sensor.channel}" if sensor else "",
        day_pct=one.day_pct,
        week_pct=one.week_pct,
        month_pct=one.month_pct,
        planned=one.planned,
    )
