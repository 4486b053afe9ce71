"""What explains a silence: lost gateways and stations, and what becomes of the alarms behind them. Values in, verdicts out.

Silence is not safety. An alarm that stood before the loss stays as it was, with its value unknown; only what the loss
itself brought about is suppressed, and gas never is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import msgspec

LOST = "lost"  # the rule of an alarm that says so
FLOOD = "flood"


class Kind(StrEnum):
    """What can be lost with all that is behind it."""

    DEVICE = "device"  # one device with several channels
    GATEWAY = "gateway"  # a device that carries others
    STATION = "station"  # an object with several devices


_RANK = {Kind.DEVICE: 0, Kind.GATEWAY: 1, Kind.STATION: 2}


@dataclass(frozen=True)
class Thing:
    """A device, gateway or station. `id` is the device's or the asset's."""

    kind: Kind
    id: UUID


class Inhibition(StrEnum):
    """What becomes of an alarm whose sensor can't be heard."""

    SUPPRESSED = "suppressed"  # the loss brought it about
    UNKNOWN = "unknown"  # it stood before, or it is gas: it stays, and its value says nothing


def is_lost(*, kind: Kind, silent: int, sensors: int, already: bool, policy: "Loss") -> bool:
    """Whether so many silent sensors of all behind it mean that the thing itself is lost; `already` keeps it so for longer."""
    if sensors < (policy.least_channels if kind is Kind.DEVICE else policy.least_sensors):
        return False
    return silent >= (policy.returned_share if already else policy.lost_share) * sensors


def explanations[Child](children: Mapping[Thing, Collection[Child]], lost: Collection[Thing]) -> dict[Thing, Thing]:
    """For each lost thing the one whose loss explains it: the largest lost one that all its sensors are behind, else itself.

    A station explains a gateway with the same sensors, a gateway a device.
    """
    sets = {thing: frozenset(children[thing]) for thing in lost}
    found = {}
    for thing, own in sets.items():
        covering = [other for other, behind in sets.items() if own <= behind]
        found[thing] = max(covering, key=lambda other: (len(sets[other]), _RANK[other.kind], str(other.id)))
    return found


def inhibition(*, is_gas: bool, raised_ms: int, silent_from_ms: int, policy: "Loss") -> Inhibition:
    """The verdict over an alarm of a sensor behind a lost thing that was last heard at `silent_from_ms`.

    `is_gas`: combustible or toxic gas, the alarms that latch.
    """
    if is_gas or raised_ms < silent_from_ms - policy.shadow_s * 1000:
        return Inhibition.UNKNOWN
    return Inhibition.SUPPRESSED


class Loss(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a gateway or station counts as lost, and what that explains."""

    least_sensors: int
    least_channels: int
    lost_share: float
    returned_share: float
    shadow_s: float
    yellow_from_sensors: int
    station_kinds: tuple[str, ...]
