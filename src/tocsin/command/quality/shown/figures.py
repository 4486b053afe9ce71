"""Figures about alarms as people and programs read them: names beside keys, and whether each is within its target."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.shown.outcomes import FALSE_ALARM_NAMES
from tocsin.command.quality.policy import quality
from tocsin.command.quality.queries.figures import AlarmQuality, FalseAlarms, Frequent
from tocsin.command.quality.queries.groups import GroupFigures
from tocsin.engine.tuning import TUNED
from tocsin.jurisdiction.face import Organisation
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.face import AlarmWords, alarms_by_id


class SpreadOut(Schema):
    """Within how many seconds half and nine tenths lay."""

    count: int
    half_s: int | None
    most_s: int | None


class PointOut(Schema):
    alarm_id: UUID = Field(description="the newest alarm of the point")
    title: str
    place: str
    rule: str
    alarms: int
    share: float

    @property
    def tunable(self) -> bool:
        """Its rule has levels that could be made quieter."""
        return self.rule in TUNED


class UnitFiguresOut(Schema):
    unit_id: UUID
    unit: str
    orders: int
    sign: SpreadOut = Field(description="from the sending of an order to the unit's signature")
    close: SpreadOut = Field(description="from the opening of a case that it led to its end")


class GroupFiguresOut(Schema):
    """Alarms of one rule, one device, or of what one body owns or keeps."""

    kind: str = Field(description="rule, device or body")
    key: str
    name: str
    alarms: int
    met: int = Field(description="how often their conditions were met, also while an alarm was open")
    confirm: SpreadOut = Field(description="from ringing to the confirmation")
    close: SpreadOut = Field(description="from ringing to the end of the alarm")


class LevelOut(Schema):
    level: str
    name: str
    alarms: int


class CodeOut(Schema):
    code: str
    name: str
    cases: int


class FalseOut(Schema):
    cases: int = Field(description="closed in that time")
    share: float | None
    causes: list[CodeOut]


class QualityOut(Schema):
    region_code: str
    since: datetime
    until: datetime
    operators: float
    alarms: int
    per_operator_hour: float
    most_in_window: int = Field(description="the most alarms in ten minutes, of all operators together")
    floods: int
    flood_minutes: int
    flood_share: float
    standing: int
    chattering: int = Field(description="points whose condition came and went too often")
    levels: list[LevelOut]
    top: list[PointOut]
    share_of_top: float
    confirm: SpreadOut = Field(description="from ringing to the duty officer's confirmation")
    groups: list[GroupFiguresOut] = Field(description="by rule, by device and by body, the noisiest first")
    units: list[UnitFiguresOut]
    false_alarms: FalseOut
    target: dict[str, float]
    verdicts: dict[str, str] = Field(description="good, warn or bad against the target")


def describe_quality(found: AlarmQuality) -> QualityOut:
    """The figures with words for points, levels and causes, and a verdict on each figure with a target."""
    target = quality().target
    share_of_top = sum(one.share for one in found.top)
    return QualityOut(
        region_code=found.region_code,
        since=found.since,
        until=found.until,
        operators=found.operators,
        alarms=found.alarms,
        per_operator_hour=found.per_operator_hour,
        most_in_window=found.most_in_window,
        floods=found.floods,
        flood_minutes=found.flood_minutes,
        flood_share=found.flood_share,
        standing=found.standing,
        chattering=found.chattering,
        levels=_levels(found.by_level),
        top=_points(found.top),
        share_of_top=round(share_of_top, 4),
        confirm=SpreadOut.from_orm(found.confirm),
        groups=_groups(found.groups),
        units=[UnitFiguresOut.from_orm(one) for one in found.units],
        false_alarms=_false_alarms(found.false_alarms),
        target={name: getattr(target, name) for name in target.__struct_fields__},
        verdicts=_verdicts(found, share_of_top),
    )


def _levels(counts: dict[AlarmLevel, int]) -> list[LevelOut]:
    """The gravest first."""
    return [
        LevelOut(level=level.name.lower(), name=str(LEVEL_NAMES[level.value]), alarms=counts[level])
        for level in sorted(counts, reverse=True)
    ]


def _points(top: list[Frequent]) -> list[PointOut]:
    words = {alarm.pk: AlarmWords.from_orm(alarm) for alarm in alarms_by_id(one.alarm_id for one in top)}
    return [
        PointOut(
            alarm_id=one.alarm_id,
            title=words[one.alarm_id].title,
            place=words[one.alarm_id].place,
            rule=one.rule,
            alarms=one.alarms,
            share=one.share,
        )
        for one in top
    ]


def _groups(groups: list[GroupFigures]) -> list[GroupFiguresOut]:
    """Each with its name: of a device from its newest alarm, of a body from the register."""
    newest = {alarm.pk: alarm for alarm in alarms_by_id(one.newest.alarm_id for one in groups if one.kind == "device")}
    bodies = {
        str(one.pk): str(one) for one in Organisation.objects.filter(pk__in=[one.key for one in groups if one.kind == "body"])
    }

    def name_of(one: GroupFigures) -> str:
        if one.kind == "device" and (alarm := newest.get(one.newest.alarm_id)) is not None:
            return str(alarm.device if alarm.sensor is None else alarm.sensor.device)
        return bodies.get(one.key, one.key)

    return [
        GroupFiguresOut(
            kind=one.kind,
            key=one.key,
            name=name_of(one),
            alarms=one.alarms,
            met=one.met,
            confirm=SpreadOut.from_orm(one.confirm),
            close=SpreadOut.from_orm(one.close),
        )
        for one in groups
    ]


def _false_alarms(false_alarms: FalseAlarms) -> FalseOut:
    causes = [
        CodeOut(code=one.code, name=str(FALSE_ALARM_NAMES.get(one.code, one.code)), cases=one.cases)
        for one in false_alarms.causes
    ]
    return FalseOut(cases=false_alarms.cases, share=false_alarms.share, causes=causes)


def _verdicts(found: AlarmQuality, share_of_top: float) -> dict[str, str]:
    target, rate = quality().target, found.per_operator_hour
    return {
        "per_operator_hour": "good" if rate <= target.per_hour else "warn" if rate <= target.per_hour_most else "bad",
        "flood_share": "good" if found.flood_share <= target.flood_share else "bad",
        "standing": "good" if found.standing < target.standing else "bad",
        "chattering": "good" if not found.chattering else "bad",
        "share_of_top": "good" if share_of_top <= target.share_of_top else "warn",
    }
