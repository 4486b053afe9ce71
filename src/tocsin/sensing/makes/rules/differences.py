"""How a device differs from its model. Values in, differences out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.base.quantities import quantity_of
from tocsin.sensing.devices.rules import ModelChannel, ModelSheet

SETTINGS: Final = ("interval_s", "silence_s", "accuracy", "profile", "alarm_low", "alarm_high")
"""What can be brought in line. A model that leaves one of them empty leaves it to each sensor."""
MEANING: Final = ("quantity", "unit", "resolution")
"""What the history of a sensor means: never changed."""


class DifferenceKind(StrEnum):
    """What becomes of a difference when the device is brought in line."""

    MISSING = "missing"  # the channel is registered
    SETTING = "setting"  # the sensor gets what the model says
    MEANING = "meaning"  # stays: the sensor's history means something else
    EXTRA = "extra"  # stays: the model knows no such channel


@dataclass(frozen=True)
class Difference:
    """One difference: of which channel and setting, what the sensor has and what the model says ("" where nothing is said)."""

    kind: DifferenceKind
    channel: str
    field: str = ""
    has: float | str | None = None
    says: float | str | None = None

    @property
    def is_mended(self) -> bool:
        """Whether it is gone once the device was brought in line."""
        return self.kind in (DifferenceKind.MISSING, DifferenceKind.SETTING)


@dataclass(frozen=True)
class Fitted:
    """A sensor as far as a model speaks of it."""

    channel: str
    quantity: str
    unit: str
    resolution: float
    interval_s: float
    silence_s: float | None
    accuracy: float | None
    profile: str
    alarm_low: float | None
    alarm_high: float | None


def differences(channels: Iterable[ModelChannel], sensors: Mapping[str, Fitted]) -> Iterator[Difference]:
    """The differences of one device, channel by channel; `sensors` are its own by channel.

    >>> one = ModelChannel(channel="ch4", quantity="methane", interval_s=60.0)
    >>> [found.kind.value for found in differences([one], {})]
    ['missing']
    """
    told = set()
    for one in channels:
        told.add(one.channel)
        sensor = sensors.get(one.channel)
        if sensor is None:
            yield Difference(DifferenceKind.MISSING, one.channel)
        else:
            yield from _of_channel(one, sensor)
    for channel in sensors:
        if channel not in told:
            yield Difference(DifferenceKind.EXTRA, channel)


def changed_settings(one: ModelChannel, sensor: Fitted) -> dict[str, object]:
    """By name the settings of a sensor that the model says otherwise."""
    return {found.field: found.says for found in _of_channel(one, sensor) if found.kind is DifferenceKind.SETTING}


def _of_channel(one: ModelChannel, sensor: Fitted) -> Iterator[Difference]:
    known = quantity_of(one.quantity)
    for field in MEANING:
        says, has = getattr(one, field), getattr(sensor, field)
        if field == "unit":
            says, has = says or known.unit, has or quantity_of(sensor.quantity).unit
        if field == "resolution" and says is None:
            says = known.resolution
        if says != has:
            yield Difference(DifferenceKind.MEANING, one.channel, field, has, says)
    for field in SETTINGS:
        says, has = getattr(one, field), getattr(sensor, field)
        if says not in (None, "") and says != has:
            yield Difference(DifferenceKind.SETTING, one.channel, field, has, says)


def changes(before: ModelSheet, after: ModelSheet) -> dict[str, list[object]]:
    """What changed between two versions of a model, by the name of the field or `channel.field`: before and after.

    A channel that was added or taken away stands under its name.
    """
    found: dict[str, list[object]] = {}
    for field in ("maker", "model", "protocol", "power", "battery_low_pct"):
        if getattr(before, field) != getattr(after, field):
            found[field] = [getattr(before, field), getattr(after, field)]
    old = {one.channel: one for one in before.channels}
    new = {one.channel: one for one in after.channels}
    for channel in {**old, **new}:
        if channel not in new or channel not in old:
            found[channel] = [channel in old, channel in new]
            continue
        for field in ModelChannel.__dataclass_fields__:
            if (was := getattr(old[channel], field)) != (now := getattr(new[channel], field)):
                found[f"{channel}.{field}"] = [was, now]
    if not found and before.channels != after.channels:
        found["channels"] = [[one.channel for one in before.channels], [one.channel for one in after.channels]]
    return found
