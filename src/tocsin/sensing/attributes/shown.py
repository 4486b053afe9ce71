"""What devices say of themselves, and their batteries, as people and programs read them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import Person, may
from tocsin.notices.face import Contribution, PurposeCard
from tocsin.screens.clock import current_time
from tocsin.sensing.attributes.models import BATTERY_NAMES, Attribute, AttributeChange, Battery
from tocsin.sensing.attributes.policy import attributes_policy
from tocsin.sensing.attributes.queries import MANAGE, Levels, attributes_of, levels_of_battery, limits_of
from tocsin.sensing.attributes.rules.battery import BATTERIES, BATTERY_KEEPER, BatteryState
from tocsin.sensing.attributes.rules.statements import FREE
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.shown import DeviceSection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.face import Notice

ATTRIBUTE_NAMES: Final = {
    "battery": gettext_lazy("Battery"),
    "battery_voltage": gettext_lazy("Battery voltage"),
    "signal": gettext_lazy("Signal strength"),
    "signal_noise": gettext_lazy("Signal to noise"),
    "case_temperature": gettext_lazy("Temperature of its case"),
    "case_humidity": gettext_lazy("Humidity in its case"),
    "longitude": gettext_lazy("Longitude"),
    "latitude": gettext_lazy("Latitude"),
    "uptime": gettext_lazy("Running since its start"),
    "restarts": gettext_lazy("Restarts"),
    "firmware": gettext_lazy("Firmware"),
    "hardware": gettext_lazy("Hardware"),
    "network": gettext_lazy("Mobile network"),
}
WIDTH, HEIGHT = 300, 60  # of the trend's picture, in its own units


class AttributeOut(Schema):
    """The newest that a device said of one attribute."""

    name: str
    words: str = Field(description="the name in your language; the name itself where it is none of the vocabulary")
    value: str
    number: float | None = Field(description="where the value is one")
    unit: str
    stated_at: datetime = Field(description="by the device's clock")
    received_at: datetime
    changed_at: datetime = Field(description="since when it has this value, by the device's clock")


class AttributeChangeOut(Schema):
    """A value that an attribute took at a time."""

    value: str
    number: float | None
    stated_at: datetime
    received_at: datetime


class BatteryOut(Schema):
    """How a device's battery stands, and when it ends."""

    device_id: UUID
    device_code: str
    device_name: str
    region_code: str
    level_pct: float
    stated_at: datetime
    state: BatteryState
    state_name: str
    changed_on: date | None = Field(description="the last change that a person entered")
    pct_a_day: float | None = Field(description="the slope that its end is reckoned from; null: there is no trend yet")
    trend_days: int
    ends_on: date | None = Field(description="null: no trend yet, not falling, or further away than the policy tells")
    earliest_end: date | None = Field(description="nine times in ten it is not before")
    latest_end: date | None = Field(description="nor after; null: it can't be said")


def words_of(name: str) -> str:
    """The attribute in the reader's language."""
    return str(ATTRIBUTE_NAMES.get(name, name))


def describe_attribute(one: Attribute) -> AttributeOut:
    """One attribute with its unit and words."""
    known = attributes_policy().known.get(one.name, FREE)
    return AttributeOut(
        name=one.name,
        words=words_of(one.name),
        value=one.text,
        number=one.number,
        unit=known.unit,
        stated_at=one.stated_at,
        received_at=one.received_at,
        changed_at=one.changed_at,
    )


def describe_change(one: AttributeChange) -> AttributeChangeOut:
    """One change."""
    return AttributeChangeOut(value=one.text, number=one.number, stated_at=one.stated_at, received_at=one.received_at)


def describe_battery(one: Battery) -> BatteryOut:
    """One battery, with its device."""
    state = BatteryState(one.state)
    return BatteryOut(
        device_id=one.device_id,
        device_code=one.device.code,
        device_name=one.device.name,
        region_code=one.region_code,
        level_pct=one.level_pct,
        stated_at=one.stated_at,
        state=state,
        state_name=str(BATTERY_NAMES[state]),
        changed_on=one.changed_on,
        pct_a_day=one.slope,
        trend_days=one.trend_days,
        ends_on=one.ends_on,
        earliest_end=one.earliest_end,
        latest_end=one.latest_end,
    )


@dataclass(frozen=True)
class Trend:
    """A battery's level as a picture: the line's points, where the low limit lies, and from when to when."""

    points: str
    low_y: float
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT


def trend_of(levels: Levels, low: float) -> Trend | None:
    """The picture of levels by day; None for fewer than two days."""
    if len(levels) < 2:
        return None
    first, last = levels[0][0], levels[-1][0]
    span = max(1, (last - first).days)
    corners: list[tuple[float, float]] = []
    for day, level in levels:
        x = (day - first).days / span * WIDTH
        if corners:
            corners.append((x, corners[-1][1]))  # a level holds until another one is said
        corners.append((x, (1 - level / 100) * HEIGHT))
    return Trend(" ".join(f"{x:.1f},{y:.1f}" for x, y in corners), (1 - low / 100) * HEIGHT, first, last)


def _section(device: Device, person: Person) -> dict[str, object] | None:
    rows = list(attributes_of(device))
    if not rows:
        return None
    now, battery = current_time(), Battery.objects.filter(pk=device.pk).select_related("device").first()
    limits = limits_of(device)
    return {
        "device": device,
        "attributes": [describe_attribute(one) for one in rows],
        "battery": describe_battery(battery) if battery else None,
        "trend": trend_of(levels_of_battery(battery, now), limits.low) if battery else None,
        "low": limits.low,
        "empty": attributes_policy().battery.empty_pct,
        "may_manage": may(person, MANAGE, device.region_code),
    }


SECTION = DeviceSection("attributes", _section, "sensing/attributes/_of_device.html")


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How many batteries, how many of them critical, and the first of them."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The page of the one device, else the list of batteries to change."""
    device_id = notice.figures["device_id"]
    return reverse("device", args=[device_id]) if device_id else reverse("batteries")


def _text(notice: "Notice") -> str:
    count, critical = int(notice.figures["count"]), int(notice.figures["critical"])
    words = ngettext("the battery of %(count)d device runs low", "the batteries of %(count)d devices run low", count)
    told = words % {"count": count}
    if critical:
        told += ngettext(", %(count)d of them is critical", ", %(count)d of them are critical", critical) % {"count": critical}
    return _("%(what)s: %(names)s") % {"what": told, "names": ", ".join(notice.figures["codes"])}


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            BATTERIES,
            pgettext_lazy("purpose of a notice", "batteries"),
            texts=texts,
            acted_on=page,
            permissions=(MANAGE,),
            stays=True,
        ),
    ),
    reasons={BATTERY_KEEPER: pgettext_lazy("told as", "keeper of devices with batteries")},
)
