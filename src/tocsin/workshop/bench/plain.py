"""The five classic rules in plain Python, one object per sensor: what most programs do, and the same events."""

from dataclasses import dataclass, field

from tocsin.engine.columns import Readings
from tocsin.engine.detection import RULES
from tocsin.engine.detection.rule import Edge
from tocsin.workshop.bench.workload import ORANGE, RISE, STUCK, YELLOW, ZSCORE

_HIGH, _RATE, _ZSCORE, _STUCK = (RULES.index(name) for name in ("high", "rate_of_rise", "zscore", "stuck"))
_RATE_LIMIT, _RATE_CLEAR = RISE.rise / (RISE.over_s * 1000), RISE.clear_rise / (RISE.over_s * 1000)
_WEIGHT, _FLOOR = 2 / (ZSCORE.memory_readings + 1), ZSCORE.minimum_deviation**2

type Told = tuple[int, int, int, int, int]  # sensor, rule, edge, level, ts


@dataclass(slots=True)
class _Sensor:
    ts: int = 0
    value: float = 0.0
    count: int = 0
    level: int = 0
    risen: list[bool] = field(default_factory=lambda: [False, False])
    runs: list[int] = field(default_factory=lambda: [0, 0])
    rate: float = 0.0
    rising: bool = False
    mean: float = 0.0
    variance: float = 0.0
    far: bool = False
    equal: int = 0
    is_stuck: bool = False


class PlainPython:
    """The rules with their state."""

    def __init__(self) -> None:
        self._sensors: dict[int, _Sensor] = {}

    def update(self, readings: Readings) -> list[Told]:
        """The edges of a batch."""
        told: list[Told] = []
        rows = zip(readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist(), strict=True)
        for sensor, ts, value in rows:
            one = self._sensors.setdefault(sensor, _Sensor())
            for rule, edge, level in _judge(one, ts, value):
                told.append((sensor, rule, int(edge), level, ts))
        return told


def _judge(sensor: _Sensor, ts: int, value: float) -> list[tuple[int, Edge, int]]:
    told = _levels(sensor, value)
    if sensor.count == 0:
        sensor.mean = value
    else:
        told += [*_rate(sensor, ts, value), *_zscore(sensor, value), *_stuck(sensor, value)]
    sensor.count += 1
    sensor.value = value
    sensor.ts = ts
    return told


def _levels(sensor: _Sensor, value: float) -> list[tuple[int, Edge, int]]:
    for k, level in enumerate((YELLOW, ORANGE)):
        towards = value < level.clear if sensor.risen[k] else value >= level.limit
        sensor.runs[k] = sensor.runs[k] + 1 if towards else 0
        if sensor.runs[k] == level.hold_readings:
            sensor.risen[k] = not sensor.risen[k]
            sensor.runs[k] = 0
    before, after = sensor.level, int(ORANGE.level if sensor.risen[1] else YELLOW.level if sensor.risen[0] else 0)
    sensor.level = after
    if after == before:
        return []
    if after > before:
        return [(_HIGH, Edge.ESCALATE if before else Edge.RAISE, after)]
    return [(_HIGH, Edge.RELAX if after else Edge.CLEAR, after)]


def _rate(sensor: _Sensor, ts: int, value: float) -> list[tuple[int, Edge, int]]:
    elapsed = ts - sensor.ts
    sensor.rate += ((value - sensor.value) - sensor.rate * elapsed) / (RISE.smoothing_s * 1000 + elapsed)
    if sensor.rising and sensor.rate < _RATE_CLEAR:
        sensor.rising = False
        return [(_RATE, Edge.CLEAR, 0)]
    if not sensor.rising and sensor.rate >= _RATE_LIMIT:
        sensor.rising = True
        return [(_RATE, Edge.RAISE, int(RISE.level))]
    return []


def _zscore(sensor: _Sensor, value: float) -> list[tuple[int, Edge, int]]:
    told = []
    away = value - sensor.mean
    if sensor.count >= ZSCORE.after_readings:
        variance = max(sensor.variance, _FLOOR)
        if sensor.far and away * away < ZSCORE.clear**2 * variance:
            sensor.far = False
            told = [(_ZSCORE, Edge.CLEAR, 0)]
        elif not sensor.far and away * away >= ZSCORE.limit**2 * variance:
            sensor.far = True
            told = [(_ZSCORE, Edge.RAISE, int(ZSCORE.level))]
    learnt = _WEIGHT * away
    sensor.mean += learnt
    sensor.variance = (1.0 - _WEIGHT) * (sensor.variance + away * learnt)
    return told


def _stuck(sensor: _Sensor, value: float) -> list[tuple[int, Edge, int]]:
    if value == sensor.value:
        sensor.equal += 1
        if sensor.equal + 1 >= STUCK.readings and not sensor.is_stuck:
            sensor.is_stuck = True
            return [(_STUCK, Edge.RAISE, 0)]
        return []
    sensor.equal = 0
    if sensor.is_stuck:
        sensor.is_stuck = False
        return [(_STUCK, Edge.CLEAR, 0)]
    return []
