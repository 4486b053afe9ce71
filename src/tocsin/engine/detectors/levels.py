"""Levels with hysteresis: up to four alarm levels above (`high`) and four below (`low`) the normal band.

Each level is a comparator of its own. It rises once the value has been at or beyond `limit` for `hold_readings` successive
readings and for `hold_s` seconds, and falls once the value has been back inside `clear` for `clear_readings` and `clear_s`. The
rule's level is the highest risen one; a change of it is the edge. A hold by seconds completes by time alone, without a reading.
Inside the kernel the low side is the high side of the negated value.
"""

from dataclasses import dataclass

from tocsin.base.levels import AlarmLevel
from tocsin.engine.detection.rule import (
    Book,
    Edge,
    Limits,
    Line,
    Rest,
    Rule,
    Settings,
    gettext_noop,
    longer,
    require,
    tell,
    whole,
)
from tocsin.engine.kernel import aside, part

HIGH, LOW = 0, 1  # numbers of the two rules, and their places in the arrays below
LEVELS = 4  # blue, yellow, orange, red

_RAISE, _ESCALATE, _RELAX, _CLEAR = (int(edge) for edge in Edge)


@dataclass(frozen=True, kw_only=True)
class Level(Settings):
    """One level of a side: `limit` raises, `clear` is the limit for falling back (hysteresis)."""

    level: AlarmLevel
    limit: float
    clear: float
    hold_readings: int = 1
    hold_s: float = 0.0
    clear_readings: int = 1
    clear_s: float = 0.0

    def __post_init__(self) -> None:
        require(self.level > AlarmLevel.NONE, "level must be blue, yellow, orange or red")
        require(1 <= self.hold_readings <= 255, "hold_readings must be 1 to 255")
        require(1 <= self.clear_readings <= 255, "clear_readings must be 1 to 255")
        require(0 <= self.hold_s < 1e9 and 0 <= self.clear_s < 1e9, "hold_s and clear_s must be seconds, not negative")

    def parameters(self) -> dict[str, float]:
        """Numbers of this level; `profiles.record_of` puts them at their place in the arrays of the side."""
        return {
            "limit": self.limit,
            "clear": self.clear,
            "hold_readings": self.hold_readings,
            "hold_ms": round(self.hold_s * 1000),
            "clear_readings": self.clear_readings,
            "clear_ms": round(self.clear_s * 1000),
        }


_FIGURES = ("limit", "clear", "readings", "held_s")
_EIGHT = (2 * LEVELS,)

HIGH_RULE = Rule(
    number=HIGH,
    name="high",
    title=gettext_noop("%(quantity)s %(value)s"),
    reason=gettext_noop("Measured %(value)s, at or above the limit of %(limit)s."),
    kind="alarm",
    figures=_FIGURES,
    settings=Level,
    parameters=(
        ("level_limit", "f8", _EIGHT),
        ("level_clear", "f8", _EIGHT),
        ("level_hold_ms", "i8", _EIGHT),
        ("level_clear_ms", "i8", _EIGHT),
        ("level_hold_readings", "u1", _EIGHT),
        ("level_clear_readings", "u1", _EIGHT),
        ("level_first", "f8", (2,)),
        ("level_timed", "u1"),
    ),
    # level_run: per side four bytes, one per level: successive readings towards its next change; level_on: risen levels as bits.
    frequent_state=(("level_run", "u4", (2,)), ("level_on", "u1", (2,))),
    # level_since: when that run began, ms; kept only where the profile holds by seconds.
    state=(("level_since", "i8", _EIGHT),),
)

LOW_RULE = Rule(
    number=LOW,
    name="low",
    title=gettext_noop("%(quantity)s low, %(value)s"),
    reason=gettext_noop("Measured %(value)s, at or below the limit of %(limit)s."),
    kind="alarm",
    figures=_FIGURES,
    settings=Level,
    parameters=(),
)


@part
def step(side: int, line: Line, rest: Rest, limits: Limits, ts: int, value: float, book: Book) -> None:
    """One reading. Within the normal band, with nothing risen and no run begun, there is nothing to do."""
    signed = value if side == HIGH else -value
    if signed < limits.level_first[side] and line.level_run[side] == 0 and line.level_on[side] == 0:
        return
    before = whole(line.level_on[side])
    runs = whole(line.level_run[side])
    changed = 0
    readings = 0
    held_ms = 0
    for j in range(LEVELS):
        place = side * LEVELS + j
        risen = (before >> j) & 1 == 1
        if risen:
            towards = signed < limits.level_clear[place]
            needed = whole(limits.level_clear_readings[place])
            hold_ms = limits.level_clear_ms[place]
        else:
            towards = signed >= limits.level_limit[place]
            needed = whole(limits.level_hold_readings[place])
            hold_ms = limits.level_hold_ms[place]
        run: int = longer((runs >> (8 * j)) & 255)
        runs &= ~(255 << (8 * j))
        if not towards:
            continue
        if run == 1 and limits.level_timed:
            rest.level_since[place] = ts
        if run >= needed and (hold_ms == 0 or ts - rest.level_since[place] >= hold_ms):
            changed |= 1 << j
            readings = max(readings, run)
            if hold_ms > 0:
                held_ms = max(held_ms, ts - rest.level_since[place])
        else:
            runs |= run << (8 * j)
    line.level_run[side] = runs
    if changed:
        _change(side, line, limits, changed, ts, value, readings, held_ms, book)


@aside
def elapse(line: Line, rest: Rest, limits: Limits, now_ms: int, book: Book) -> None:
    """Completes, one by one, holds by seconds whose deadline lies before `now_ms`, in the order of their deadlines."""
    for side in range(2):
        while line.level_run[side] != 0:
            earliest = now_ms
            found = -1
            for j in range(LEVELS):
                place = side * LEVELS + j
                risen = (whole(line.level_on[side]) >> j) & 1 == 1
                needed = limits.level_clear_readings[place] if risen else limits.level_hold_readings[place]
                hold_ms = limits.level_clear_ms[place] if risen else limits.level_hold_ms[place]
                run = (whole(line.level_run[side]) >> (8 * j)) & 255
                if run >= needed and hold_ms > 0 and rest.level_since[place] + hold_ms < earliest:
                    earliest = rest.level_since[place] + hold_ms
                    found = j
            if found < 0:
                break
            place = side * LEVELS + found
            runs = whole(line.level_run[side])
            run = (runs >> (8 * found)) & 255
            line.level_run[side] = runs & ~(255 << (8 * found))
            _change(side, line, limits, 1 << found, earliest, line.value, run, earliest - rest.level_since[place], book)


@aside
def _change(
    side: int, line: Line, limits: Limits, changed: int, ts: int, value: float, readings: int, held_ms: int, book: Book
) -> None:
    """Flips the comparators in `changed` and tells the edge, if the highest risen level is another one than before."""
    before = _highest(whole(line.level_on[side]))
    on = whole(line.level_on[side]) ^ changed
    line.level_on[side] = on
    after = _highest(on)
    if after == before:
        return
    if after > before:
        edge = _RAISE if before == 0 else _ESCALATE
        place = side * LEVELS + after - 1
        crossed = limits.level_limit[place]
    else:
        edge = _CLEAR if after == 0 else _RELAX
        place = side * LEVELS + before - 1
        crossed = limits.level_clear[place]
    sign = 1.0 if side == HIGH else -1.0
    figures = (sign * limits.level_limit[place], sign * limits.level_clear[place], float(readings), held_ms / 1000)
    tell(book, side, edge, after, ts, value, sign * crossed, figures)


@part
def _highest(on: int) -> int:
    """The alarm level of a set of risen comparators (bit j is level j + 1); 0 of none."""
    level = 0
    while on > 0:
        on >>= 1
        level += 1
    return level
