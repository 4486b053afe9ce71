"""Online rates as people and programs read them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import Person
from tocsin.notices.face import Contribution, PurposeCard
from tocsin.sensing.availability.models import DeviceDay, OnlineRate
from tocsin.sensing.availability.policy import availability_policy
from tocsin.sensing.availability.queries import DAYS_SHOWN, MANAGE, begin_of, days_of, outages_of
from tocsin.sensing.availability.rules import ONLINE_KEEPER, ONLINE_RATES, PlannedOutage, rate
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.shown import DeviceSection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.face import Notice

DOOR_NAMES = {
    "mqtt": "MQTT",
    "http": "HTTP",
    "hj212": "HJ 212",
    "gb26875": "GB/T 26875.3",
    "modbus": "Modbus TCP",
    "opcua": "OPC UA",
}


class ChannelDayOut(Schema):
    """A channel that missed periods on a day."""

    channel: str
    expected: int
    reported: int


class DeviceDayOut(Schema):
    """What a device reported on a local day."""

    day: date
    expected: int = Field(description="reporting periods of all its sensors, without planned outages")
    reported: int
    planned: int = Field(description="periods that lay in a planned outage")
    online_pct: float | None = Field(description="null: nothing was expected")
    channels: list[ChannelDayOut] = Field(description="those that missed most, 20 at most")


class PlannedOutageOut(Schema):
    """A planned outage that was left out, or will be."""

    begins: datetime
    ends: datetime
    what: str
    who: str
    address: str = Field(description="the page of the planned work")


class AvailabilityOut(Schema):
    """What a device reported in the last days, and its planned outages in them."""

    days: list[DeviceDayOut]
    outages: list[PlannedOutageOut]


class OnlineRateOut(Schema):
    """The online rates of a device, in percent."""

    device_id: UUID
    device_code: str
    device_name: str
    region_code: str
    door: str = Field(description="through which it, or its gateway, was heard last; empty: not known")
    door_name: str
    day: date = Field(description="the last judged day")
    day_pct: float | None
    week_pct: float | None
    month_pct: float | None
    is_poor: bool = Field(description="the day was below what the policy tells")


def door_name(door: str) -> str:
    """A door in words."""
    return DOOR_NAMES.get(door, door)


def describe_day(one: DeviceDay) -> DeviceDayOut:
    """One day."""
    return DeviceDayOut(
        day=one.day,
        expected=one.expected,
        reported=one.reported,
        planned=one.planned,
        online_pct=rate(one.expected, one.reported),
        channels=[ChannelDayOut(channel=name, expected=wanted, reported=came) for name, wanted, came in one.channels],
    )


def describe_outage(one: PlannedOutage) -> PlannedOutageOut:
    """One outage."""
    return PlannedOutageOut(begins=one.begins, ends=one.ends, what=one.what, who=one.who, address=one.address)


def describe_rate(one: OnlineRate) -> OnlineRateOut:
    """One device's rates."""
    return OnlineRateOut(
        device_id=one.device_id,
        device_code=one.device.code,
        device_name=one.device.name,
        region_code=one.region_code,
        door=one.door,
        door_name=door_name(one.door),
        day=one.day,
        day_pct=one.day_pct,
        week_pct=one.week_pct,
        month_pct=one.month_pct,
        is_poor=one.is_poor,
    )


def describe_availability(device: Device) -> AvailabilityOut:
    """The last days of a device, with the outages that were left out of them."""
    days = days_of(device)
    outages: list[PlannedOutage] = []
    if days:
        outages = outages_of(device, begin_of(days[0].day), begin_of(days[-1].day + timedelta(days=1)))
    return AvailabilityOut(days=[describe_day(one) for one in days], outages=[describe_outage(one) for one in outages])


@dataclass(frozen=True)
class Bar:
    """A day of the strip: how it is coloured, how high it stands of 40, and what it says."""

    x: int
    height: float
    kind: str
    day: DeviceDayOut

    @property
    def y(self) -> float:
        """Its upper end."""
        return 40 - self.height


def bars_of(days: list[DeviceDayOut], poor: float) -> list[Bar]:
    """A strip of days, the last at its right end: good, poor, planned (nothing was expected because of an outage)."""
    bars = []
    for one in days:
        number = DAYS_SHOWN - 1 - (days[-1].day - one.day).days
        if number < 0:
            continue
        if one.online_pct is None:
            bars.append(Bar(number * 10, 40.0 if one.planned else 2.0, "planned", one))
        else:
            kind = "poor" if one.online_pct < poor else "good"
            bars.append(Bar(number * 10, max(2.0, one.online_pct * 0.4), kind, one))
    return bars


def _section(device: Device, _person: Person) -> dict[str, object] | None:
    found = describe_availability(device)
    rates = OnlineRate.objects.filter(pk=device.pk).select_related("device").first()
    if rates is None:
        return None
    poor = availability_policy().telling.poor_pct
    return {
        "rates": describe_rate(rates),
        "bars": bars_of(found.days, poor),
        "width": 10 * DAYS_SHOWN,
        "first": found.days[-1].day - timedelta(days=DAYS_SHOWN - 1) if found.days else None,
        "last": found.days[-1] if found.days else None,
        "outages": found.outages,
        "poor": poor,
    }


SECTION = DeviceSection("availability", _section, "sensing/availability/_of_device.html")


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How many devices, of which day, and the worst of them."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The list, the lowest first."""
    return f"{reverse('online_rates')}?below={notice.figures['below']:g}"


def _text(notice: "Notice") -> str:
    count = int(notice.figures["count"])
    words = ngettext(
        "%(count)d device reported in less than %(below)s %% of its periods on %(day)s",
        "%(count)d devices reported in less than %(below)s %% of their periods on %(day)s",
        count,
    )
    told = words % {"count": count, "below": f"{notice.figures['below']:g}", "day": notice.figures["day"]}
    worst = ", ".join(f"{code} {pct:.0f} %" for code, pct in notice.figures["worst"])
    return _("%(what)s: %(names)s") % {"what": told, "names": worst}


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            ONLINE_RATES,
            pgettext_lazy("purpose of a notice", "online rates of devices"),
            texts=texts,
            acted_on=page,
            permissions=(MANAGE,),
            stays=True,
        ),
    ),
    reasons={ONLINE_KEEPER: pgettext_lazy("told as", "keeper of devices")},
)
