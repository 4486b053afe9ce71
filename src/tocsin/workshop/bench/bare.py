"""The measure: the five classic rules as one hand-written Numba loop that knows its figures, its data and nothing else.

It has no profiles, no late, bad or missing readings, no way to grow: what a specialist would write to be fast, with one cache
line of state per sensor.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.engine.detection import RULES
from tocsin.engine.detection.rule import Edge
from tocsin.engine.kernel import kernel, part
from tocsin.workshop.bench.workload import ORANGE, RISE, STUCK, YELLOW, ZSCORE

_STATE = np.dtype(
    {
        "names": ["ts", "value", "rate", "mean", "variance", "count", "stuck", "runs", "level", "rising", "far", "is_stuck"],
        "formats": ["i8", "f8", "f8", "f8", "f8", "i4", "i4", ("u1", (2,)), "u1", "u1", "u1", "u1"],
        "offsets": [0, 8, 16, 24, 32, 40, 44, 48, 50, 51, 52, 53],
        "itemsize": 64,
    }
)
TOLD = np.dtype([("ts", "i8"), ("sensor", "i4"), ("rule", "i1"), ("edge", "i1"), ("level", "i1"), ("spare", "i1")])

_RAISE, _ESCALATE, _RELAX, _CLEAR = (int(edge) for edge in Edge)
_HIGH, _RATE, _ZSCORE, _STUCK = (RULES.index(name) for name in ("high", "rate_of_rise", "zscore", "stuck"))
_YELLOW, _ORANGE, _YELLOW_CLEAR, _ORANGE_CLEAR = YELLOW.limit, ORANGE.limit, YELLOW.clear, ORANGE.clear
_HOLD = YELLOW.hold_readings
_YELLOW_LEVEL, _ORANGE_LEVEL = int(YELLOW.level), int(ORANGE.level)
_RATE_LIMIT, _RATE_CLEAR = RISE.rise / (RISE.over_s * 1000), RISE.clear_rise / (RISE.over_s * 1000)
_SMOOTHING_MS, _RATE_LEVEL = RISE.smoothing_s * 1000, int(RISE.level)
_WEIGHT, _FLOOR, _AFTER = 2 / (ZSCORE.memory_readings + 1), ZSCORE.minimum_deviation**2, ZSCORE.after_readings
_Z, _Z_CLEAR, _Z_LEVEL = ZSCORE.limit**2, ZSCORE.clear**2, int(ZSCORE.level)
_STUCK_READINGS = STUCK.readings


@part
def _tell(told: Any, count: int, ts: int, sensor: int, rule: int, edge: int, level: int) -> int:
    told[count].ts = ts
    told[count].sensor = sensor
    told[count].rule = rule
    told[count].edge = edge
    told[count].level = level
    return count + 1


@kernel
def loop(
    sensor: NDArray[np.int32], ts: NDArray[np.int64], value: NDArray[np.float64], states: NDArray[np.void], told: NDArray[np.void]
) -> int:
    """Judges a batch; `told` TOLD[capacity] gets the edges, their number is returned."""
    count = 0
    for i in range(len(sensor)):
        s: Any = states[sensor[i]]
        v, t = value[i], ts[i]

        # two levels, each with its own way back and a hold of three readings both ways
        before = s.level
        level = before
        if (v < _YELLOW_CLEAR) if before & 1 else (v >= _YELLOW):
            s.runs[0] += 1
            if s.runs[0] == _HOLD:
                s.runs[0] = 0
                level ^= 1
        else:
            s.runs[0] = 0
        if (v < _ORANGE_CLEAR) if before & 2 else (v >= _ORANGE):
            s.runs[1] += 1
            if s.runs[1] == _HOLD:
                s.runs[1] = 0
                level ^= 2
        else:
            s.runs[1] = 0
        if level != before:
            s.level = level
            old = _ORANGE_LEVEL if before & 2 else _YELLOW_LEVEL if before else 0
            new = _ORANGE_LEVEL if level & 2 else _YELLOW_LEVEL if level else 0
            if old != new:
                edge = (_RAISE if old == 0 else _ESCALATE) if new > old else (_CLEAR if new == 0 else _RELAX)
                count = _tell(told, count, t, sensor[i], _HIGH, edge, new)

        if s.count == 0:
            s.mean = v
        else:
            # smoothed rate of rise
            elapsed = t - s.ts
            s.rate += ((v - s.value) - s.rate * elapsed) / (_SMOOTHING_MS + elapsed)
            if s.rising:
                if s.rate < _RATE_CLEAR:
                    s.rising = 0
                    count = _tell(told, count, t, sensor[i], _RATE, _CLEAR, 0)
            elif s.rate >= _RATE_LIMIT:
                s.rising = 1
                count = _tell(told, count, t, sensor[i], _RATE, _RAISE, _RATE_LEVEL)

            # EWMA z-score
            away = v - s.mean
            if s.count >= _AFTER:
                variance = max(s.variance, _FLOOR)
                if s.far:
                    if away * away < _Z_CLEAR * variance:
                        s.far = 0
                        count = _tell(told, count, t, sensor[i], _ZSCORE, _CLEAR, 0)
                elif away * away >= _Z * variance:
                    s.far = 1
                    count = _tell(told, count, t, sensor[i], _ZSCORE, _RAISE, _Z_LEVEL)
            learnt = _WEIGHT * away
            s.mean += learnt
            s.variance = (1.0 - _WEIGHT) * (s.variance + away * learnt)

            # stuck
            if v == s.value:
                s.stuck += 1
                if s.stuck + 1 >= _STUCK_READINGS and not s.is_stuck:
                    s.is_stuck = 1
                    count = _tell(told, count, t, sensor[i], _STUCK, _RAISE, 0)
            else:
                if s.is_stuck:
                    s.is_stuck = 0
                    count = _tell(told, count, t, sensor[i], _STUCK, _CLEAR, 0)
                s.stuck = 0

        s.count += 1
        s.value = v
        s.ts = t
    return count


class BareLoop:
    """The loop with its state."""

    def __init__(self, sensors: int) -> None:
        raw = np.zeros((sensors + 1) * _STATE.itemsize, np.uint8)
        start = -raw.ctypes.data % _STATE.itemsize
        raw.fill(0)  # touched, so that no page is fetched while the clock runs
        self.states = raw[start : start + sensors * _STATE.itemsize].view(_STATE)
        self._told = np.zeros(4 * sensors, TOLD)

    def update(self, readings: Readings) -> NDArray[np.void]:
        """The edges of a batch, at most four per reading."""
        if 4 * len(readings) > len(self._told):
            self._told = np.zeros(4 * len(readings), TOLD)
        count = loop(readings.sensor, readings.ts, readings.value, self.states, self._told)
        return self._told[:count].copy()
