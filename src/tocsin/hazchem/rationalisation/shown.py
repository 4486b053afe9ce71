"""Sheets for pages and programs, and what stands first on an alarm of a plant's point."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.hazchem.installations.rules.kinds import InterlockState
from tocsin.hazchem.installations.shown.names import INTERLOCK_NAMES, POINT_NAMES
from tocsin.hazchem.rationalisation.queries import Written, bypassed_beside, holds_at, point_of_sensor, sheets_of
from tocsin.hazchem.rationalisation.rules import Inherited, Sheet, SheetScope, inherit
from tocsin.warning.face import AlarmInterlockOut, AlarmPointOut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import Promise

    from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
    from tocsin.warning.face import Alarm

SCOPE_NAMES: "dict[SheetScope, Promise]" = {
    SheetScope.UNIT: pgettext_lazy("written for", "the unit"),
    SheetScope.KIND: pgettext_lazy("written for", "points of the kind"),
    SheetScope.POINT: pgettext_lazy("written for", "the point"),
}


class ResponseSheetOut(Schema):
    """What is written for a unit, for its points of a kind, or for one point, and what holds there with what it inherits."""

    scope: str = Field(description="unit, kind or point")
    scope_name: str
    point_kind: str = Field(description="empty for the unit")
    point_kind_name: str
    point_id: UUID | None
    tag: str = Field(description="equipment and point; empty but for a point")
    cause: str
    consequence: str
    action: str
    respond_min: float | None
    holds_cause: str = Field(description="with what is inherited, like the next three")
    holds_consequence: str
    holds_action: str
    holds_respond_min: float | None
    inherited: dict[str, str] = Field(description="by field that is inherited, for what it is written: unit or kind")


def describe_sheets(unit: "PlantUnit", points: "Iterable[PlantPoint]") -> list[ResponseSheetOut]:
    """The unit's own sheet, those of the kinds of points that it has, and those of its points."""
    written, points = sheets_of(unit.pk), list(points)
    kinds = dict.fromkeys(one.kind for one in points)
    rows = [_row(SheetScope.UNIT, written.get(("", None)), _alone(written, ""))]
    rows += [_row(SheetScope.KIND, written.get((kind, None)), _alone(written, kind), kind=kind) for kind in kinds]
    return rows + [
        _row(SheetScope.POINT, written.get(("", one.pk)), holds_at(written, one), kind=one.kind, point=one) for one in points
    ]


def _alone(written: Written, kind: str) -> Inherited:
    return inherit(written.get(("", None)), written.get((kind, None)) if kind else None, None)


def _row(
    scope: SheetScope, own: Sheet | None, holds: Inherited, *, kind: str = "", point: "PlantPoint | None" = None
) -> ResponseSheetOut:
    own = own or Sheet()
    return ResponseSheetOut(
        scope=scope,
        scope_name=str(SCOPE_NAMES[scope]),
        point_kind=kind,
        point_kind_name=str(POINT_NAMES[kind]) if kind else "",
        point_id=point.pk if point else None,
        tag=f"{point.equipment.tag} {point.tag}" if point else "",
        cause=own.cause,
        consequence=own.consequence,
        action=own.action,
        respond_min=own.respond_min,
        holds_cause=holds.sheet.cause,
        holds_consequence=holds.sheet.consequence,
        holds_action=holds.sheet.action,
        holds_respond_min=holds.sheet.respond_min,
        inherited={name: one.value for name, one in holds.scopes.items() if one is not scope},
    )


def point_of_alarm(alarm: "Alarm", at: datetime) -> AlarmPointOut | None:
    """What is written of the point at which an alarm rings, and the interlocks beside it that do not protect; None where its
    sensor belongs to no plant.
    """
    point = point_of_sensor(alarm.sensor_id) if alarm.sensor_id else None
    if point is None:
        return None
    unit, holds = point.equipment.unit, holds_at(sheets_of(point.equipment.unit_id), point)
    minutes = holds.sheet.respond_min
    until = None if minutes is None else alarm.raised_at + timedelta(minutes=minutes)
    answered = alarm.acknowledged_at is not None or alarm.closed_at is not None
    return AlarmPointOut(
        name=" · ".join((unit.name, str(point.equipment), point.tag)),
        page=reverse("plant_unit", args=[unit.pk]),
        cause=holds.sheet.cause,
        consequence=holds.sheet.consequence,
        action=holds.sheet.action,
        respond_min=minutes,
        respond_by=until,
        overdue=until is not None and not answered and at > until,
        inherited={name: one.value for name, one in holds.scopes.items() if one is not SheetScope.POINT},
        interlocks=[_interlock(one, at) for one in bypassed_beside(point)],
    )


def _interlock(point: "PlantPoint", at: datetime) -> AlarmInterlockOut:
    state = InterlockState(point.interlock)
    over = point.bypass_until is not None and point.bypass_until <= at
    return AlarmInterlockOut(
        tag=f"{point.equipment.tag} {point.tag}",
        state=state,
        state_name=_("bypassed beyond its end") if over else str(INTERLOCK_NAMES[state]),
        until=point.bypass_until,
        reason=point.bypass_reason,
    )
