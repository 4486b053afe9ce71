"""Planned works and silences in words: kind, effect, place and hours."""

from datetime import datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.screens.geojson import Feature, point
from tocsin.screens.shapes import NameOrNone, TextOrNone
from tocsin.screens.words import listed, quantity_name
from tocsin.warning.covers.policy import covers_policy
from tocsin.warning.covers.queries import waits_for_second
from tocsin.warning.covers.rules import CoverKind, Effect

if TYPE_CHECKING:
    from tocsin.warning.covers.models import Cover

KIND_NAMES = {
    CoverKind.SILENCE: pgettext_lazy("kind of cover", "silence"),
    CoverKind.DIGGING: pgettext_lazy("kind of cover", "digging in the street"),
    CoverKind.MAINTENANCE: pgettext_lazy("kind of cover", "maintenance"),
    CoverKind.CALIBRATION: pgettext_lazy("kind of cover", "calibration"),
    CoverKind.TEST_GAS: pgettext_lazy("kind of cover", "test gas"),
    CoverKind.OUTAGE: pgettext_lazy("kind of cover", "planned outage"),
}
EFFECT_NAMES = {
    Effect.MARK: gettext_lazy("alarms ring and say what goes on there"),
    Effect.LOWER: gettext_lazy("alarms are lowered"),
    Effect.SILENCE: gettext_lazy("alarms are silent and marked until the end"),
}
DAYS = (
    *(pgettext_lazy("weekday", "Mon"), pgettext_lazy("weekday", "Tue"), pgettext_lazy("weekday", "Wed")),
    *(pgettext_lazy("weekday", "Thu"), pgettext_lazy("weekday", "Fri"), pgettext_lazy("weekday", "Sat")),
    pgettext_lazy("weekday", "Sun"),
)


class CoverOut(Schema):
    """A planned work or a silence. Times in UTC, hours of the day local."""

    id: UUID
    kind: str
    kind_name: str
    what: str
    who: str
    contact: str
    organisation: NameOrNone
    place: str
    region_code: str
    asset_id: UUID | None
    along_m: float | None
    asset_ids: list[UUID] = Field(description="the object and what lies along its pipe")
    street: str
    lon: float | None
    lat: float | None
    radius_m: float | None
    sensor_id: UUID | None
    rule: str
    quantities: list[str]
    begins_at: datetime
    ends_at: datetime
    weekdays: str = Field(description="numbers of weekdays, Monday is 1; empty: every day")
    from_time: time | None
    until_time: time | None
    hours: str
    effect: str = Field(description="mark, lower or silence")
    effect_name: str
    waits_for_second: bool = Field(description="a second person must confirm before it does all that its kind does")
    created_at: datetime
    second_at: datetime | None
    ended_at: datetime | None
    ended_reason: TextOrNone

    @staticmethod
    def resolve_kind_name(cover: "Cover") -> str:
        return kind_name(cover.kind)

    @staticmethod
    def resolve_place(cover: "Cover") -> str:
        return place_of(cover)

    @staticmethod
    def resolve_hours(cover: "Cover") -> str:
        return hours_of(cover)

    @staticmethod
    def resolve_effect(cover: "Cover") -> str:
        return covers_policy().kind[CoverKind(cover.kind)].effect

    @staticmethod
    def resolve_effect_name(cover: "Cover") -> str:
        return str(EFFECT_NAMES[covers_policy().kind[CoverKind(cover.kind)].does])

    @staticmethod
    def resolve_waits_for_second(cover: "Cover") -> bool:
        return cover.pk in waits_for_second([cover])


def kind_name(kind: str) -> str:
    """What kind it is, in words."""
    return str(KIND_NAMES[CoverKind(kind)])


def place_of(cover: "Cover") -> str:
    """Where it holds and for what, in words."""
    parts: list[str] = []
    if cover.asset is not None:
        along = _("%(metres)d m along the pipe") % {"metres": cover.along_m} if cover.along_m else ""
        parts.append(listed(cover.asset.street_name, str(cover.asset), along))
    if cover.street:
        parts.append(cover.street)
    if cover.radius_m:
        parts.append(_("within %(metres)d m of a point") % {"metres": cover.radius_m})
    if cover.device is not None:
        parts.append(str(cover.device))
    if cover.sensor is not None:
        parts.append(str(cover.sensor))
    parts += [quantity_name(one) for one in cover.quantities]
    if cover.rule:
        parts.append(_("rule %(name)s") % {"name": cover.rule})
    return " · ".join(parts)


def hours_of(cover: "Cover") -> str:
    """From when until when, and in which hours of which days."""
    begin, end = timezone.localtime(cover.begins_at), timezone.localtime(cover.ends_at)
    same = begin.date() == end.date()
    text = f"{date_format(begin, 'm-d H:i')}–{date_format(end, 'H:i' if same else 'm-d H:i')}"
    if cover.weekdays:
        text += " · " + " ".join(str(DAYS[int(one) - 1]) for one in cover.weekdays)
    if cover.from_time and cover.until_time:
        text += f" · {cover.from_time:%H:%M}–{cover.until_time:%H:%M}"
    return text


def point_of(cover: "Cover") -> tuple[float, float] | None:
    """Where it is drawn on the map; None for one without a point."""
    if cover.lon is not None and cover.lat is not None:
        return cover.lon, cover.lat
    there = cover.asset or cover.sensor
    return None if there is None else (there.lon, there.lat)


def feature_of(cover: "Cover", place: tuple[float, float]) -> Feature:
    """A planned work as a point of the map."""
    return point(
        *place,
        name=f"{kind_name(cover.kind)}: {cover.what}",
        words=" · ".join(part for part in (hours_of(cover), cover.who, cover.contact) if part),
        url=reverse("cover", args=[cover.pk]),
        shape="unknown",
    )
