"""The sensor registry as the detector reads it: a profile number, an interval and a latch per sensor index."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.engine.detection.detector import MOST_PROFILES
from tocsin.engine.detection.partition import Partition
from tocsin.engine.detection.profiles import Profile
from tocsin.sensing import face as sensing
from tocsin.sensing.face import JudgedSensors, SensorTable
from tocsin.warning.detection.policy import DETECTION, Profiles, load_profiles

log = logging.getLogger(__name__)

NOT_WATCHED = -1


class TooManyLimits(InvalidInput):
    """Sensors of one detector have more different sets of profile and limits than it tells apart."""


@dataclass(frozen=True, eq=False)
class Registry:
    """By sensor index: `profile_of_sensor` int32[n] (-1: not watched), `interval_ms` int64[n] (0: none named), `resolution`
    float64[n] in the quantity's unit; `policy`: the versions of the profiles in force in each of `regions`, `region_of_sensor`
    int16[n] (-1: not watched).
    """

    version: int
    profiles: tuple[Profile, ...]
    profile_of_sensor: NDArray[np.int32]
    interval_ms: NDArray[np.int64]
    resolution: NDArray[np.float64]
    regions: tuple[str, ...] = ()
    policy: tuple[tuple[str, ...], ...] = ()
    region_of_sensor: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))

    def __len__(self) -> int:
        return len(self.profile_of_sensor)

    def of_partition(self, partition: Partition) -> tuple[tuple[Profile, ...], NDArray[np.int16], NDArray[np.int64]]:
        """What the detector of a partition is set up with: the profiles that its sensors have, and by its sensors' numbers which
        of them, and the interval. TooManyLimits where they are more than a detector tells apart.
        """
        column = partition.column_of(self.profile_of_sensor)
        used, places = np.unique(column, return_inverse=True)
        unwatched = int(used.size > 0 and used[0] == NOT_WATCHED)
        if used.size - unwatched > MOST_PROFILES:
            raise TooManyLimits(
                "%(count)s different sets of profile and limits in one detector, at most %(most)s: deal the"
                " sensors out to more of them (tocsin partitions), or give points of a kind the same limits.",
                count=used.size - unwatched,
                most=MOST_PROFILES,
            )
        profiles = tuple(self.profiles[number] for number in used[unwatched:].tolist())
        return profiles, (places - unwatched).astype(np.int16), partition.column_of(self.interval_ms)

    def latches(self, sensor: int) -> bool:
        """Whether an alarm of this sensor stays until a person resets it."""
        number = int(self.profile_of_sensor[sensor]) if sensor < len(self) else NOT_WATCHED
        return number >= 0 and self.profiles[number].latch

    def versions_of(self, sensor: int) -> tuple[str, ...]:
        """The versions of the profiles by which this sensor is judged; none: as shipped."""
        number = int(self.region_of_sensor[sensor]) if sensor < len(self.region_of_sensor) else NOT_WATCHED
        return self.policy[number] if number >= 0 else ()


def load_registry(known: Registry | None = None) -> Registry:
    """The registry as it is now; the known one itself where nothing has changed."""
    if known is not None and sensing.registry_version() == known.version and policy_of(known.regions) == known.policy:
        return known
    return registry_of(sensing.judged_sensors())


def policy_of(regions: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The versions of the profiles that are in force in these regions."""
    return tuple(DETECTION.in_force(region=code).versions for code in regions)


def registry_of(table: JudgedSensors | SensorTable, profiles_in: Callable[[str], Profiles] | None = None) -> Registry:
    """One profile for all sensors of the same profile, in the version of their region, and the same limits of their own.

    `profiles_in`: the profiles of a region; without it those in force.
    """
    regions = tuple(sorted(set(table.region_code)))
    policy = policy_of(regions)  # read first: a version that comes into force in between is seen next time
    profiles = {code: profiles_in(code) if profiles_in else load_profiles(region=code) for code in regions}
    length = int(table.index.max()) + 1 if len(table) else 0
    by_kind: dict[tuple[str, str, str], Profile | None] = {}
    numbers: dict[tuple[int, float | None, float | None, float | None], int] = {}
    chosen: list[Profile] = []
    profile_of_sensor = np.full(length, NOT_WATCHED, np.int32)
    region_of_sensor = np.full(length, NOT_WATCHED, np.int16)
    place_of_region = {code: number for number, code in enumerate(regions)}
    for place, index in enumerate(table.index.tolist()):
        if not table.enabled[place]:
            continue
        kind = table.region_code[place], table.profile[place], table.quantity[place]
        if kind not in by_kind:
            by_kind[kind] = profiles[kind[0]].of_sensor(kind[1], kind[2])
        profile = by_kind[kind]
        if profile is None:
            continue
        key = id(profile), _limit(table.alarm_low[place]), _limit(table.alarm_high[place]), _limit(table.silence_s[place])
        if key not in numbers:
            numbers[key] = len(chosen)
            chosen.append(profile.with_limits(key[1], key[2], key[3]))
        profile_of_sensor[index] = numbers[key]
        region_of_sensor[index] = place_of_region[table.region_code[place]]
    interval_ms, resolution = np.zeros(length, np.int64), np.zeros(length)
    interval_ms[table.index] = np.nan_to_num(table.interval_s * 1000).astype(np.int64)
    resolution[table.index] = np.nan_to_num(table.resolution)
    return Registry(table.version, tuple(chosen), profile_of_sensor, interval_ms, resolution, regions, policy, region_of_sensor)


def _limit(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
