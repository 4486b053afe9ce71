"""What instruments and people do to a reading: faults of many shapes, test gas, zeroing, opened covers."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.draws import Draws


@dataclass(frozen=True)
class SpanGas:
    """Span gas at an instrument: `value` from `begin_h` for `long_h`, reached with a lag of `lag_h`."""

    begin_h: float
    long_h: float
    value: float
    lag_h: float = 0.012
    late: ClassVar[bool] = False

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """Inside the pulse the span gas instead of the air, with a short tail."""
        since = hours - self.begin_h
        filled = 1 - np.exp(-np.maximum(since, 0) / self.lag_h)
        left = np.exp(-np.maximum(since - self.long_h, 0) / self.lag_h)
        weight = np.where(since > 0, filled * left, 0.0)
        return np.asarray(value * (1 - weight) + self.value * weight)


@dataclass(frozen=True)
class Offset:
    """An offset since a time: "ramp" (per hour to the power `bend`), "creep" (to `size`, with `hours`), "step"."""

    shape: str
    begin_h: float
    size: float
    hours: float
    bend: float = 1.0
    late: ClassVar[bool] = False

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """The value with the offset added."""
        since = np.maximum(hours - self.begin_h, 0.0)
        if self.shape == "step":
            return np.asarray(value + self.size * (hours >= self.begin_h))
        if self.shape == "creep":
            return np.asarray(value + self.size * (1 - np.exp(-since / self.hours)))
        return np.asarray(value + self.size * (since / self.hours) ** self.bend)


@dataclass(frozen=True)
class Span:
    """Sensitivity lost since a time, as of a poisoned catalyst: the share that is left falls with `hours`."""

    begin_h: float
    hours: float
    usual: float
    late: ClassVar[bool] = False

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """The value as a duller instrument shows it."""
        left = np.exp(-np.maximum(hours - self.begin_h, 0.0) / self.hours)
        return np.asarray(self.usual + (value - self.usual) * left)


@dataclass(frozen=True)
class Damp:
    """Moisture on the instrument in the hours around dawn of some days since a time: rises, dries off."""

    begin_h: float
    size: float
    dawn_h: float
    seed: int
    late: ClassVar[bool] = False

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """The value with a hump each damp morning."""
        day = np.floor((hours - self.dawn_h) / 24).astype(np.int64)
        phase = (hours - self.dawn_h) % 24
        height = np.array([Draws(self.seed, 90, int(d) + 1000).between(0.25, 1.1) for d in np.unique(day)])
        own = height[np.unique(day, return_inverse=True)[1]]
        hump = np.where(phase < 3.5, (phase / 3.5) ** 1.5, np.exp(-(phase - 3.5) / 2.2))
        return np.asarray(value + np.where(hours > self.begin_h, self.size * own * hump, 0.0))


@dataclass(frozen=True)
class Spikes:
    """Single false values, as of a telephone beside the cable, at about `per_h` since a time."""

    begin_h: float
    size: float
    per_h: float
    seed: int
    late: ClassVar[bool] = True

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """The value with spikes of either strength, upwards."""
        draws = Draws(self.seed, 91)
        gap = np.diff(hours, prepend=hours[0] - 0.1 if len(hours) else 0.0)
        hit = (draws.units(len(hours)) < self.per_h * gap) & (hours >= self.begin_h)
        return np.asarray(value + np.where(hit, self.size * (0.4 + draws.units(len(hours))), 0.0))


@dataclass(frozen=True)
class Noisy:
    """A bad contact: noise that grows since a time."""

    begin_h: float
    size: float
    hours: float
    seed: int
    late: ClassVar[bool] = True

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """The value with noise added."""
        grown = 1 - np.exp(-np.maximum(hours - self.begin_h, 0.0) / self.hours)
        return np.asarray(value + self.size * grown * Draws(self.seed, 92).normal(len(hours)))


@dataclass(frozen=True)
class Frozen:
    """The last value again and again for a time."""

    begin_h: float
    long_h: float
    late: ClassVar[bool] = True

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """The value at the beginning, until the end."""
        inside = (hours >= self.begin_h) & (hours < self.begin_h + self.long_h)
        first = int(np.argmax(inside))
        return np.where(inside, value[first], value) if inside.any() else value


@dataclass(frozen=True)
class Fixed:
    """A value that cannot be, for a time: full scale of a broken wire, or a code of the maker's."""

    begin_h: float
    long_h: float
    value: float
    late: ClassVar[bool] = True

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """That value inside the time."""
        return np.where((hours >= self.begin_h) & (hours < self.begin_h + self.long_h), self.value, value)


@dataclass(frozen=True)
class Silent:
    """Nothing sent for a time."""

    begin_h: float
    long_h: float
    late: ClassVar[bool] = True

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """NaN inside the time."""
        return np.where((hours >= self.begin_h) & (hours < self.begin_h + self.long_h), np.nan, value)


@dataclass(frozen=True)
class Replayed:
    """A stretch sent again later, as of a store that was not emptied."""

    begin_h: float
    long_h: float
    from_h: float
    late: ClassVar[bool] = True

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """Inside the stretch the values of the earlier one."""
        inside = (hours >= self.begin_h) & (hours < self.begin_h + self.long_h)
        if not inside.any() or not np.isfinite(value).any():
            return value
        again = np.interp(hours[inside] - self.begin_h + self.from_h, hours, value)
        told = value.copy()
        told[inside] = again
        return told


@dataclass(frozen=True)
class Slow:
    """A clock that is wrong by some hours: what was true then is told now."""

    shift_h: float
    late: ClassVar[bool] = False

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """The value of another hour."""
        return np.asarray(np.interp(hours - self.shift_h, hours, value)) if len(hours) else value
