"""Clocks and repeats as people and programs read them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import Person
from tocsin.notices.face import Contribution, PurposeCard
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.shown import DeviceSection
from tocsin.sensing.timing.models import DeviceClock, SensorRepeats
from tocsin.sensing.timing.policy import timing_policy
from tocsin.sensing.timing.queries import MANAGE, clock_of, repeats_of
from tocsin.sensing.timing.rules import CLOCK_KEEPER, CLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.face import Notice


class SensorRepeatsOut(Schema):
    """How often a channel said a moment again that it had said shortly before."""

    channel: str
    same: int = Field(description="with the same value: sent twice")
    other: int = Field(description="with another value: the first stands")
    last_at: datetime


class DeviceClockOut(Schema):
    """How far a device's clock is off."""

    device_id: UUID
    device_code: str
    device_name: str
    region_code: str
    skew_s: float = Field(description="ahead; negative: behind, or what it sends always waits that long")
    windows: int = Field(description="of how many windows it is the median")
    measured_at: datetime
    is_off: bool = Field(description="further off than the policy tells")


class DeviceTimingOut(Schema):
    """A device's clock and repeats."""

    clock: DeviceClockOut | None = Field(description="null: not measured yet")
    repeats: list[SensorRepeatsOut]


def describe_clock(one: DeviceClock) -> DeviceClockOut:
    """One clock with its device."""
    return DeviceClockOut(
        device_id=one.device_id,
        device_code=one.device.code,
        device_name=one.device.name,
        region_code=one.region_code,
        skew_s=round(one.skew_ms / 1000, 1),
        windows=len(one.least_ms),
        measured_at=one.measured_at,
        is_off=one.is_off,
    )


def describe_repeats(one: SensorRepeats) -> SensorRepeatsOut:
    """One channel."""
    return SensorRepeatsOut(channel=one.sensor.channel, same=one.same, other=one.other, last_at=one.last_at)


def describe_timing(device: Device) -> DeviceTimingOut:
    """Clock and repeats of a device."""
    clock = clock_of(device)
    return DeviceTimingOut(
        clock=describe_clock(clock) if clock else None, repeats=[describe_repeats(one) for one in repeats_of(device)]
    )


def _section(device: Device, _person: Person) -> dict[str, object] | None:
    found = describe_timing(device)
    if found.clock is None and not found.repeats:
        return None
    return {
        "clock": found.clock,
        "repeats": found.repeats,
        "off_s": timing_policy().clock.off_s,
        "ahead_s": policy().time.ahead_s,
    }


SECTION = DeviceSection("timing", _section, "sensing/timing/_of_device.html")


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How many clocks are off, and the worst of them."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The page of the one device, else the list of those that are off."""
    device_id = notice.figures["device_id"]
    return reverse("device", args=[device_id]) if device_id else f"{reverse('device_clocks')}?is_off=true"


def _text(notice: "Notice") -> str:
    count = int(notice.figures["count"])
    words = ngettext(
        "the clock of %(count)d device is off by more than %(limit)s s",
        "the clocks of %(count)d devices are off by more than %(limit)s s",
        count,
    )
    told = words % {"count": count, "limit": f"{notice.figures['off_s']:g}"}
    worst = ", ".join(f"{code} {seconds:+d} s" for code, seconds in notice.figures["worst"])
    return _("%(what)s: %(names)s") % {"what": told, "names": worst}


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            CLOCKS,
            pgettext_lazy("purpose of a notice", "clocks of devices"),
            texts=texts,
            acted_on=page,
            permissions=(MANAGE,),
            stays=True,
        ),
    ),
    reasons={CLOCK_KEEPER: pgettext_lazy("told as", "keeper of devices with clocks")},
)
