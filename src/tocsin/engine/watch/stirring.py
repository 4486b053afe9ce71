"""Which sensors stir: a cheap look at all of them, ten minutes by ten minutes, that misses little and asks for a
diagnosis only where something leaves its habit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import BINS_PER_HOUR
from tocsin.engine.diagnosis.laying import Floats
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.watch.habits import Habits, Peers
from tocsin.engine.watch.model import Telling, WatchFigures
from tocsin.engine.watch.rain import Rain

NOTHING = Telling(np.inf, np.inf)


@dataclass(frozen=True, eq=False)
class Stirring:
    """How each sensor stands, float64[s]: `z` the largest departure over all windows, in units of its noise there over
    what the policy asks (1: just stirring; NaN: nothing known); `way` the part of the way from habit to limit that it
    has gone or, going on as it does, will have gone within the hour (0 where it has no limit); `beyond` the part gone without
    what rain explains (`way` where it explains nothing); `limit_in_h` hours until
    it gets there (infinite: never); `rings` bool[s]: beyond the limit; `urgent` bool[s]: so far from its habit, and so
    far towards its limit, in the newest ten minutes alone that there is no time to wait for more; `lifted` bool[s]: rises with
    all drains around.
    """

    z: Floats
    way: Floats
    beyond: Floats
    limit_in_h: Floats
    rings: NDArray[np.bool_]
    urgent: NDArray[np.bool_]
    lifted: NDArray[np.bool_]


class Pulse:
    """The last half day of all sensors' deviations, one column every ten minutes."""

    def __init__(self, sensors: SensorColumns, peers: Peers, rain: Rain, figures: WatchFigures) -> None:
        self._peers = peers
        self._rain = rain
        self._windows = figures.windows
        self._least_z = np.asarray(figures.least_z)
        tells = [figures.tells.get(quantity, NOTHING) for quantity in sensors.quantity]
        self._up = np.array([one.up for one in tells])
        self._down = np.array([one.down for one in tells])
        self._urgent_z, self._urgent_way = figures.urgent_z, figures.urgent_way
        self._high, self._low = sensors.alarm_high, sensors.alarm_low
        self._recent = np.full((len(sensors), max(figures.windows)), np.nan)

    def forget(self) -> None:
        """Begins anew, as after a change of habits."""
        self._recent[:] = np.nan

    def step(self, values: Floats, number: int, habits: Habits) -> Stirring:
        """Takes the bin `number` (since 1970) of all sensors, float64[s], NaN in gaps."""
        stirring, self._recent = self._with(values, number, habits)
        return stirring

    def glance(self, values: Floats, number: int, habits: Habits) -> Stirring:
        """The same of a bin that is not over yet; nothing of it is kept."""
        return self._with(values, number, habits)[0]

    def _with(self, values: Floats, number: int, habits: Habits) -> tuple[Stirring, Floats]:
        usual = habits.usual[:, number // BINS_PER_HOUR % 24]
        deviation = values - usual
        deviation -= self._peers.together(deviation, habits)
        recent = np.concatenate((self._recent[:, 1:], deviation[:, None]), axis=1)
        z = self._departure(recent, habits)
        way, limit_in_h, rings = self._towards_limit(recent, values, usual)
        explained = self._rain.explained(deviation)
        above = (explained > 0) & (way > 0) & (usual < self._high)
        beyond = np.divide(deviation - explained, self._high - usual, out=way.copy(), where=above)
        urgent = self._is_urgent(deviation, usual, habits)
        return Stirring(z, way, beyond, limit_in_h, rings, urgent, explained > 0), recent

    def _departure(self, recent: Floats, habits: Habits) -> Floats:
        most = np.full(len(recent), np.nan)
        for number, window in enumerate(self._windows):
            mean = _mean_of(recent[:, -window:])
            change = np.maximum(mean / self._up, -mean / self._down)  # 1: the least change that says anything
            z = np.abs(mean) / habits.scale[:, number] / self._least_z[number]
            most = np.fmax(most, np.minimum(z, change))
        return most

    def _is_urgent(self, deviation: Floats, usual: Floats, habits: Habits) -> NDArray[np.bool_]:
        # The maker's accuracy bounds how far an instrument may stray for good, not how it jumps within minutes: that was seen.
        least = self._urgent_z * habits.jitter
        rises = (deviation >= np.maximum(least, self._up)) & (deviation >= self._urgent_way * (self._high - usual))
        falls = (-deviation >= np.maximum(least, self._down)) & (-deviation >= self._urgent_way * (usual - self._low))
        urgent: NDArray[np.bool_] = rises | falls
        return urgent

    def _towards_limit(self, recent: Floats, values: Floats, usual: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        # The slope over the last hour, from the mean of its second half less that of its first.
        hour = recent[:, -BINS_PER_HOUR:]
        half = BINS_PER_HOUR // 2
        per_hour = 2 * (_mean_of(hour[:, half:]) - _mean_of(hour[:, :half]))
        slope = np.nan_to_num(per_hour)
        way, hours = np.zeros(len(values)), np.full(len(values), np.inf)
        rings = np.zeros(len(values), np.bool_)
        for limit, sign in ((self._high, 1.0), (self._low, -1.0)):
            room = sign * (limit - usual)
            gone = sign * (values - usual)
            there = np.isfinite(room) & (room > 0) & np.isfinite(gone)
            ahead = np.maximum(sign * slope, 0.0)
            share = np.divide(gone + ahead, room, out=np.zeros(len(values)), where=there)
            way = np.maximum(way, np.where(gone > 0, share, 0.0))
            left = np.divide(room - gone, ahead, out=np.full(len(values), np.inf), where=there & (ahead > 0))
            hours = np.minimum(hours, np.maximum(left, 0.0))
            rings |= there & (gone >= room)
        return way, hours, rings


def _mean_of(values: Floats) -> Floats:
    """Mean of each row, ignoring NaN; NaN where fewer than half are there. Three or fewer: their median, against spikes."""
    there = ~np.isnan(values)
    count = there.sum(axis=1)
    enough = 2 * count >= values.shape[1]
    if values.shape[1] == 3:
        ordered = np.sort(values, axis=1)  # NaN last: of two, the lower one counts
        return np.where(enough, np.where(count == 3, ordered[:, 1], ordered[:, 0]), np.nan)
    total = np.where(there, values, 0.0).sum(axis=1)
    mean: Floats = np.divide(total, count, out=np.full(len(values), np.nan), where=enough & (count > 0))
    return mean
