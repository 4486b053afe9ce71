"""What stands on an alarm beside its figures: what must not be done there, and by which policy it was raised.

Who keeps guidance says it by class, area and object: `ALARM_GUIDANCE` of the catalogue.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.records.face import PolicyVersion

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm


class AlarmGuidanceLine(Schema):
    key: str
    text: str
    class_name: str = Field(description="the class of situation that it is inherited from")
    region_code: str = Field(description="the area it is written for, empty for everywhere")
    asset_code: str = Field(description="the object it is written for, empty for all of the class")
    source: str
    confidence: str


class AlarmInterlockOut(Schema):
    """An interlock beside the point that does not protect now."""

    tag: str
    state: str = Field(description="bypassed or failed")
    state_name: str
    until: datetime | None = Field(description="of a bypass: its end")
    reason: str


class AlarmPointOut(Schema):
    """What whoever keeps the plant has written of the point at which it rings (IEC 62682: rationalisation), its interlocks."""

    name: str
    page: str = Field(description="of the unit, for who sees it")
    cause: str
    consequence: str = Field(description="if nobody acts")
    action: str
    respond_min: float | None = Field(description="within how many minutes somebody must have acted")
    respond_by: datetime | None
    overdue: bool = Field(description="nobody acknowledged it in that time")
    inherited: dict[str, str] = Field(description="by field that is not written for the point itself: unit or kind")
    interlocks: list[AlarmInterlockOut]


class AlarmGuidanceOut(Schema):
    """What must not be done (严禁) comes first, then what to mind (注意事项): an object's over its area's over its class's."""

    must_not: list[AlarmGuidanceLine]
    mind: list[AlarmGuidanceLine]
    point: AlarmPointOut | None = None  # of an alarm at a point of a plant


class RuleVersion(Schema):
    """A version of the detection policy by which an alarm was raised."""

    id: UUID
    name: str
    source: str


class Guide(Protocol):
    """Says what holds for an alarm at a time."""

    def __call__(self, alarm: "Alarm", at: datetime) -> AlarmGuidanceOut: ...


class TellPoint(Protocol):
    """Says what is known of the point at which an alarm rings; None where it is none of theirs."""

    def __call__(self, alarm: "Alarm", at: datetime) -> AlarmPointOut | None: ...


def guidance_of(alarm: "Alarm", *, at: datetime) -> AlarmGuidanceOut:
    """What must not be done and what to mind at an alarm, and what is written of its point; its sensor, asset and device are
    loaded.
    """
    guide = cast("Guide", import_string(settings.ALARM_GUIDANCE.replace(":", ".")))
    told = guide(alarm, at)
    for name in settings.ALARM_POINTS:
        told.point = told.point or cast("TellPoint", import_string(name.replace(":", ".")))(alarm, at)
    return told


def rule_versions_of(alarm: "Alarm") -> list[RuleVersion]:
    """The versions by which it was raised, the widest first; none where the policy was as shipped."""
    known = {str(row.pk): row for row in PolicyVersion.objects.filter(pk__in=alarm.rule_versions)}
    rows = [known[one] for one in alarm.rule_versions if one in known]
    return [RuleVersion(id=row.pk, name=_version_name(row), source=row.source) for row in rows]


def _version_name(row: PolicyVersion) -> str:
    return _("version %(version)s, region %(region)s") % {"version": row.version, "region": row.region_code}
