"""A crew of five whose readers work: what everybody leaves behind on an ordinary shift, and ways to change it."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

import numpy as np

from tocsin.engine.duty.judge import judge_firm
from tocsin.engine.duty.shift import Certificate, PlannedShift, Sign, Signs, Verdict
from tocsin.supervision.posts.policy import duty_policy

HOUR = 3_600_000
MINUTE = 60_000
DAY = 24 * HOUR
FIRST = int(datetime(2026, 3, 2, 0, tzinfo=UTC).timestamp()) * 1000  # Monday, 8:00 in UTC+8
LONG_H = 10
LICENCE = "special operation licence"
GOOD = (Certificate(LICENCE, date(2025, 1, 1), date(2028, 1, 1), "valid"),)
CODES = {sign: code for code, sign in enumerate(Sign)}

type Record = tuple[Sign, int, float]
type Change = Callable[[int, int], list[Record]]


def ordinary(person: int, start: int, *, until_h: float = LONG_H, from_h: float = 0.0) -> list[Record]:
    """Signs of somebody at the post from `from_h` to `until_h` hours into a shift."""
    low, high = start + int(from_h * HOUR), start + int(until_h * HOUR)
    spread = (7 * person + start // DAY) % 11
    records: list[Record] = [
        (Sign.GATE, low - (5 + spread) * MINUTE, 1.0),
        (Sign.TERMINAL_LOGIN, low + 3 * MINUTE, 1.0),
        (Sign.TERMINAL_LOGIN, high - 4 * MINUTE, 0.0),
        (Sign.GATE, high + (3 + spread) * MINUTE, 0.0),
    ]
    for step, ts in enumerate(range(low + (5 + 2 * person) * MINUTE, high, 30 * MINUTE)):
        records.append((Sign.POSITIONING, ts, 3.0 + (13 * (step + person) + 5 * step * step) % 29))
    records += [(Sign.PHONE_LOCATION, low + hour * HOUR + person * MINUTE, 0.2) for hour in (1, 4, 7) if hour < until_h - from_h]
    records += [(Sign.CAMERA_MATCH, low + hour * HOUR + person * MINUTE, 0.76) for hour in (2, 5, 8) if hour < until_h - from_h]
    records += [(Sign.ROLL_CALL, low + hour * HOUR, 50.0) for hour in (3, 6) if hour < until_h - from_h]
    return records


def nothing(person: int, start: int) -> list[Record]:
    """Somebody who leaves no sign at all."""
    return []


def judged(
    changes: dict[tuple[int, int], Change],
    *,
    days: int = 3,
    people: int = 5,
    dropped: Iterable[Sign] = (),
    certificates: tuple[Certificate, ...] = GOOD,
    leave: tuple[tuple[int, int], ...] = (),
    now_ms: int | None = None,
) -> dict[tuple[int, int], Verdict]:
    """Verdicts by person and day, where `changes` replace the ordinary signs of a person's day."""
    shifts, records = [], {person: [] for person in range(people)}
    gone = set(dropped)
    for day in range(days):
        for person in range(people):
            start = FIRST + day * DAY
            shifts.append(PlannedShift(f"P{person}", "control_room_operator", "control room", start, start + LONG_H * HOUR,
                                       (person, day) in leave))  # fmt: skip
            change: Change = changes.get((person, day), ordinary)
            records[person] += [record for record in change(person, start) if record[0] not in gone]
    found = judge_firm(
        {f"P{person}": LICENCE for person in range(people)},
        shifts,
        {f"P{person}": signs_of(own) for person, own in records.items()},
        {f"P{person}": certificates for person in range(people)},
        duty_policy().figures,
        now_ms,
    )
    return {(int(one.person[1:]), (one.start_ms - FIRST) // DAY): one for one in found}


def signs_of(records: list[Record]) -> Signs:
    """Records as columns by rising time."""
    rows = sorted(records, key=lambda record: record[1])
    return Signs(
        np.array([CODES[sign] for sign, _, _ in rows], np.uint8),
        np.array([ts for _, ts, _ in rows], np.int64),
        np.array([value for _, _, value in rows], np.float64),
    )
