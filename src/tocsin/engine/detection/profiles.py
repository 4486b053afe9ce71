"""A profile: which rules watch a sensor, with which figures; and the table of numbers that the kernels read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.base.levels import AlarmLevel
from tocsin.engine.detection.catalogue import RULES
from tocsin.engine.detection.rule import Settings
from tocsin.engine.detectors.count_in_window import CountInWindow
from tocsin.engine.detectors.levels import HIGH, LEVELS, LOW, Level
from tocsin.engine.detectors.silence import Silence

RULE_NAMES: tuple[str, ...] = tuple(rule.name for rule in RULES)


@dataclass(frozen=True)
class Profile:
    """The rules for one kind of sensor.

    `rules` holds, by rule name, that rule's settings: one, or several for `high` and `low` (a Level each). `quantity` and `unit`
    say what the figures mean. `latch`: an alarm stays until a person resets it. ValueError where the levels of a side contradict.
    """

    name: str
    quantity: str = ""
    unit: str = ""
    latch: bool = False
    rules: Mapping[str, tuple[Settings, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, settings in self.rules.items():
            if name not in RULE_NAMES:
                raise ValueError(f"unknown rule {name!r}; known are {', '.join(RULE_NAMES)}")
            expected = RULES[RULE_NAMES.index(name)].settings
            if not all(isinstance(one, expected) for one in settings):
                raise ValueError(f"{name} takes {expected.__name__}")
            if len(settings) != 1 and expected is not Level:
                raise ValueError(f"{name} takes one table")
        _check_side(self.high, 1.0, "high")
        _check_side(self.low, -1.0, "low")

    @property
    def high(self) -> tuple[Level, ...]:
        """Levels above the normal band, lowest severity first."""
        return self._side("high")

    @property
    def low(self) -> tuple[Level, ...]:
        """Levels below the normal band, lowest severity first."""
        return self._side("low")

    @property
    def silence(self) -> Silence | None:
        """How long the sensor may be silent; None where that is not watched."""
        for settings in self.rules.get("silence", ()):
            if isinstance(settings, Silence):
                return settings
        return None

    def with_limits(self, low: float | None, high: float | None, silence_s: float | None = None) -> "Profile":
        """The profile of a sensor with limits of its own: each replaces the limit of that side's lowest level.

        The way back keeps the profile's proportion of clear to limit. A more severe level that would lie inside the new limit
        moves outward as far as the lowest one did. A side without levels gets a yellow one.
        Crossings count from the limit on, too. `silence_s`: silent after so long, whatever the profile says of intervals; where
        silence is not watched it stays so.
        """
        rules = dict(self.rules)
        for name, limit, levels in (("low", low, self.low), ("high", high, self.high)):
            if limit is not None and not math.isnan(limit):
                rules[name] = _with_limit(levels, limit, 1.0 if name == "high" else -1.0)
        if high is not None and not math.isnan(high):
            counted = rules.get("count_in_window", ())
            rules["count_in_window"] = tuple(
                replace(one, above=max(one.above, high)) for one in counted if isinstance(one, CountInWindow)
            )
        if silence_s is not None and not math.isnan(silence_s) and (silence := self.silence) is not None:
            rules["silence"] = (
                replace(silence, intervals=1.0, interval_s=min(silence.interval_s, silence_s), at_least_s=silence_s),
            )
        return replace(self, rules={name: settings for name, settings in rules.items() if settings})

    def _side(self, name: str) -> tuple[Level, ...]:
        levels = [one for one in self.rules.get(name, ()) if isinstance(one, Level)]
        return tuple(sorted(levels, key=lambda one: one.level))


def _with_limit(levels: Sequence[Level], limit: float, sign: float) -> tuple[Level, ...]:
    """The levels of a side (`sign` 1 above, -1 below the normal band) with another limit for the lowest."""
    source = "the sensor's own limit"
    if not levels:
        clear = limit - sign * 0.02 * abs(limit)
        return (Level(level=AlarmLevel.YELLOW, limit=limit, clear=clear, hold_readings=2, clear_readings=3, source=source),)
    lowest = levels[0]
    same_sign = lowest.limit * limit > 0
    clear = limit * lowest.clear / lowest.limit if same_sign else limit - (lowest.limit - lowest.clear)
    if sign * clear > sign * limit:
        clear = limit
    moved = limit - lowest.limit
    others = (
        one if sign * one.limit > sign * limit else replace(one, limit=one.limit + moved, clear=one.clear + moved, source=source)
        for one in levels[1:]
    )
    return (replace(lowest, limit=limit, clear=clear, source=source), *others)


def _check_side(levels: Sequence[Level], sign: float, name: str) -> None:
    for level in levels:
        if sign * level.clear > sign * level.limit:
            raise ValueError(f"{name}: clear {level.clear:g} lies beyond limit {level.limit:g}")
    if len({level.level for level in levels}) != len(levels):
        raise ValueError(f"{name}: two tables for one level")


def _parameter_layout() -> np.dtype[np.void]:
    fields = [("rules", "u4"), ("timed", "u1"), *(parameter for rule in RULES for parameter in rule.parameters)]
    return np.dtype(sorted(fields, key=lambda one: -np.dtype(one[1]).itemsize), align=True)


PARAMETERS = _parameter_layout()


def table_of(profiles: Sequence[Profile]) -> NDArray[np.void]:
    """PARAMETERS[n + 1]: a row per profile, and a last one without rules, which index -1 (not watched) finds."""
    table = np.zeros(len(profiles) + 1, PARAMETERS)
    for name in ("level_limit", "level_clear", "level_first"):
        table[name] = math.inf
    for name in ("level_hold_readings", "level_clear_readings"):
        table[name] = 1
    for row, profile in zip(table, profiles, strict=False):
        for name, settings in profile.rules.items():
            if settings:
                row["rules"] |= 1 << RULE_NAMES.index(name)
            for one in settings:
                if not isinstance(one, Level):
                    for field_name, number in one.parameters().items():
                        row[field_name] = number
        row["timed"] = "count_in_window" in profile.rules
        for side, levels in ((HIGH, profile.high), (LOW, profile.low)):
            _write_side(row, side, levels)
    return table


def _write_side(row: np.void, side: int, levels: Sequence[Level]) -> None:
    """Writes the levels of a side at their places; the low side negated, so that beyond is always above."""
    sign = 1.0 if side == HIGH else -1.0
    for level in levels:
        place = side * LEVELS + level.level - 1
        for name, number in level.parameters().items():
            row[f"level_{name}"][place] = sign * number if name in ("limit", "clear") else number
        row["level_first"][side] = min(row["level_first"][side], sign * level.limit)
        row["level_timed"] |= level.hold_s > 0 or level.clear_s > 0
        row["timed"] |= row["level_timed"]
