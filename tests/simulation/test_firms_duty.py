"""Made-up key people: the same for the same seed, true to the format, honest about what is dead; and a judgement on them that
looks at nothing later than the shift and holds its promises on seeds it was never fitted to.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from tocsin.engine.duty.judge import judge_firm
from tocsin.engine.duty.shift import Certificate, PlannedShift, Sign, Signs, Verdict
from tocsin.engine.work.firm import Days
from tocsin.simulation.firms.duty import make_duty
from tocsin.simulation.firms.plan import draw_firm
from tocsin.simulation.firms.tables import DutyTables
from tocsin.supervision.posts.policy import duty_policy

HOUR = 3_600_000
FIRST = date(2026, 6, 1)
FIRST_MS = int(datetime(2026, 5, 31, 16, tzinfo=UTC).timestamp()) * 1000
STATES = ("on_post", "absent", "not_fit", "not_reachable")
SEED = 401  # held out: no figure was chosen on it


@cache
def tables(seed: int = SEED, firms: int = 8) -> DutyTables:
    dates = tuple(FIRST + timedelta(days=day) for day in range(16))
    kind = np.array([1 if day.weekday() > 4 else 0 for day in dates], np.uint8)
    return make_duty([draw_firm(seed, number) for number in range(1, firms + 1)], Days(FIRST_MS, dates, kind), seed)


type Case = tuple[dict[str, str], list[PlannedShift], dict[str, Signs], dict[str, list[Certificate]]]


def cases(made: DutyTables, until_ms: int | None = None) -> list[Case]:
    """Each firm as it was known at a moment: shifts that had begun, records that had come."""
    codes = {sign.value: code for code, sign in enumerate(Sign)}
    records: dict[str, list[tuple[int, int, float]]] = {}
    for person, source, ts, value in zip(*made.signs.values(), strict=True):
        if until_ms is None or ts <= until_ms:
            records.setdefault(person, []).append((codes[source], ts, value))
    signs = {
        person: Signs(
            np.array([row[0] for row in rows], np.uint8),
            np.array([row[1] for row in rows], np.int64),
            np.array([row[2] for row in rows], np.float64),
        )
        for person, rows in records.items()
    }
    papers: dict[str, list[Certificate]] = {}
    for person, name, issued, expires, status in zip(*made.certificates.values(), strict=True):
        papers.setdefault(person, []).append(Certificate(name, date.fromisoformat(issued), date.fromisoformat(expires), status))
    firms: dict[str, dict[str, str]] = {}
    for person, firm, _, _, required in zip(*made.people.values(), strict=True):
        firms.setdefault(firm, {})[person] = required
    roster = [PlannedShift(*row[:5], bool(row[5])) for row in zip(*made.roster.values(), strict=True)]
    return [
        (
            required,
            [shift for shift in roster if shift.person in required and (until_ms is None or shift.start_ms <= until_ms)],
            {person: signs[person] for person in required if person in signs},
            papers,
        )
        for required in firms.values()
    ]


def judged(made: DutyTables, until_ms: int | None = None) -> dict[tuple[str, int], Verdict]:
    figures = duty_policy().figures
    return {(one.person, one.start_ms): one for case in cases(made, until_ms) for one in judge_firm(*case, figures)}


def test_same_seed_same_people() -> None:
    dates = tuple(FIRST + timedelta(days=day) for day in range(15))
    days = Days(FIRST_MS, dates, np.zeros(15, np.uint8))
    firms = [draw_firm(3, number) for number in (1, 2)]
    assert make_duty(firms, days, 3) == make_duty(firms, days, 3)
    assert make_duty(firms, days, 3) != make_duty(firms, days, 4)


def test_rows_agree_with_each_other() -> None:
    made = tables()
    people = set(made.people["person_id"])
    roster = {(person, start): bool(leave) for person, start, leave in zip(
        made.roster["person_id"], made.roster["shift_start"], made.roster["leave"], strict=True)}  # fmt: skip
    asked = {key for key, leave in roster.items() if not leave}
    assert set(zip(made.truth["person_id"], made.truth["shift_start"], strict=True)) == asked
    assert set(made.truth["state"]) == set(STATES)
    assert set(made.truth["evidence"]) <= {"rich", "thin", "dead"}
    assert set(made.signs["person_id"]) <= people
    assert set(made.signs["source"]) <= {sign.value for sign in Sign}
    assert min(made.signs["ts"]) >= FIRST_MS + 48 * HOUR
    assert max(made.signs["ts"]) < FIRST_MS + 16 * 24 * HOUR


def test_nobody_works_two_shifts_at_once() -> None:
    made = tables()
    shifts: dict[str, list[tuple[int, int]]] = {}
    for person, start, end in zip(made.roster["person_id"], made.roster["shift_start"], made.roster["shift_end"], strict=True):
        shifts.setdefault(person, []).append((start, end))
    for own in shifts.values():
        own.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(own))


@pytest.mark.parametrize("day", [4, 7, 10])
def test_later_records_change_no_verdict(day: int) -> None:
    made = tables(SEED + 1, 2)
    cut = FIRST_MS + day * 24 * HOUR + 11 * HOUR
    known, whole = judged(made, cut), judged(made)
    ends = dict(
        zip(zip(made.roster["person_id"], made.roster["shift_start"], strict=True), made.roster["shift_end"], strict=True)
    )
    awaited = duty_policy().figures.awaited_min * 60_000.0
    over = [key for key in known if ends[key] + awaited <= cut]
    assert len(over) > 15
    for key in over:
        assert known[key] == whole[key]


def test_accuracy_on_held_out_firms() -> None:
    made = tables()
    truth = {(person, start): (state, evidence) for person, start, state, evidence in zip(*made.truth.values(), strict=True)}
    verdicts = judged(made)
    table = Counter((truth[key][0], one.state.value) for key, one in verdicts.items())
    f1 = []
    for state in STATES:
        right = table[state, state]
        wrong = sum(count for (true, told), count in table.items() if (true == state) != (told == state))
        f1.append(2 * right / (2 * right + wrong))
    present = {key for key, (state, _) in truth.items() if state in ("on_post", "not_fit")}
    accused = sum(verdicts[key].state.value == "absent" for key in present)
    unknown = Counter(truth[key][1] for key, one in verdicts.items() if one.state.value == "unknown")
    rich = sum(evidence == "rich" for _, evidence in truth.values())
    assert float(np.mean(f1)) >= 0.88, (f1, table)
    assert accused / len(present) <= 0.01, accused
    assert unknown["rich"] / rich <= 0.02, unknown
    sure = [key for key, one in verdicts.items() if one.p_present > 0.98]
    assert np.mean([key in present for key in sure]) > 0.985
