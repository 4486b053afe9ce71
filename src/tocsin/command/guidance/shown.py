"""Guidance as people and programs read it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import get_language, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.guidance.models import GuidanceLine
from tocsin.command.guidance.policy import GUIDANCE
from tocsin.command.guidance.queries import guidance_in, situation_of_alarm
from tocsin.command.guidance.rules.lines import ANY, GuidanceKind, Line
from tocsin.command.guidance.rules.words import Words
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.warning.face import AlarmGuidanceLine, AlarmGuidanceOut

if TYPE_CHECKING:
    from tocsin.warning.face import Alarm

KIND_NAMES = {
    GuidanceKind.MUST_NOT: pgettext_lazy("guidance", "Never"),
    GuidanceKind.MIND: pgettext_lazy("guidance", "Mind"),
}


def said(words: Words) -> str:
    """A text of policy in the reader's language."""
    return words.told(get_language() or "zh")


def class_name(code: str) -> str:
    """A class of guidance in the reader's language."""
    names = GUIDANCE.current().names
    return said(Words("所有事件", "every case") if code == ANY else names.get(code, Words(code, code)))


class LineOut(Schema):
    key: str
    text: str
    of_class: str
    class_name: str
    region_code: str = Field(description="the area it is written for, empty for everywhere")
    asset_code: str = Field(description="the object it is written for, empty for all of the class")
    source: str
    confidence: str


class GuidanceOut(Schema):
    """What must not be done (严禁) comes first, then what to mind (注意事项)."""

    must_not: list[LineOut]
    mind: list[LineOut]


class WrittenOut(LineOut):
    id: UUID
    kind: str
    kind_name: str
    zh: str
    en: str
    withdrawn: bool
    effective_from: datetime
    effective_to: datetime | None
    reason: str
    written_by: str
    written_at: datetime


def describe_guidance(lines: Iterable[Line]) -> GuidanceOut:
    """Lines by their kind, each with its class, where it is written and its source."""
    found: dict[GuidanceKind, list[LineOut]] = {kind: [] for kind in GuidanceKind}
    for line in lines:
        found[line.kind].append(
            LineOut(
                key=line.key,
                text=said(line.words),
                of_class=line.of_class,
                class_name=class_name(line.of_class),
                region_code="" if line.region_code == EVERYWHERE else line.region_code,
                asset_code=line.asset_code,
                source=said(line.source),
                confidence=line.confidence,
            )
        )
    return GuidanceOut(must_not=found[GuidanceKind.MUST_NOT], mind=found[GuidanceKind.MIND])


def alarm_guidance(alarm: "Alarm", at: datetime) -> AlarmGuidanceOut:
    """What an alarm inherits from its class, its area and its object."""
    told = describe_guidance(guidance_in(situation_of_alarm(alarm), at=at))
    return AlarmGuidanceOut(
        must_not=[AlarmGuidanceLine(**one.dict()) for one in told.must_not],
        mind=[AlarmGuidanceLine(**one.dict()) for one in told.mind],
    )


def describe_written(row: GuidanceLine) -> WrittenOut:
    """A line written in the product, with who wrote it and why."""
    return WrittenOut(
        id=row.pk,
        key=row.key,
        kind=row.kind,
        kind_name=str(KIND_NAMES[GuidanceKind(row.kind)]),
        of_class=row.of_class,
        class_name=class_name(row.of_class),
        region_code=row.region_code,
        asset_code=row.asset.code if row.asset else "",
        text=said(Words(row.zh, row.en)),
        zh=row.zh,
        en=row.en,
        withdrawn=row.withdrawn,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        confidence=row.confidence,
        reason=row.reason,
        written_by=str(row.written_by),
        written_at=row.written_at,
    )
