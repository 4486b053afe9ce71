"""Points and colours: bands over the whole range, steps as tables, the score against its slow twin, lines that sum up."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.points import band_name, one_score, walk
from tocsin.engine.points.colours import Colour, band_of, next_standing
from tocsin.engine.points.figures import Deduction, Figures, Part, PartFigures
from tocsin.engine.points.ledger import FactSource, ReliefSource, gather, read_lines, restore, write_lines
from tocsin.engine.points.lift import cheapest_choice
from tocsin.engine.points.scorer import Count, new_counts, score

DAY = date(2026, 11, 24)
KINDS = ("penalty", "major_danger", "production_during_stop")


@cache
def figures(**changes: object) -> Figures:
    shipped: dict[str, object] = {
        "parts": (
            PartFigures(0.4, None),
            PartFigures(0.25, 0.5),
            PartFigures(0.15, 0.5),
            PartFigures(0.1, 0.5),
            PartFigures(0.1, None),
        ),
        "late_credit": 0.5,
        "ordinary_overdue": 0.1,
        "major_overdue": 0.5,
        "no_check": 0.5,
        "online_share": 0.5,
        "least_known": 0.5,
        "start_hundredths": 8000,
        "start_days": 30,
        "bands": (6000, 7500, 9000),
        "step_days": 3,
        "feedback_on_time": 20,
        "feedback_late": 0,
        "feedback_missed": -50,
        "deductions": {"penalty": Deduction(500, 180), "major_danger": Deduction(1500, 30, whole_while_open=True)},
        "red_lines": frozenset({"production_during_stop"}),
    }
    return Figures(**{**shipped, **changes})  # type: ignore[arg-type]


def test_every_score_has_exactly_one_band() -> None:
    every = np.arange(0, 10_001, dtype=np.int32)
    assert [Colour(one).name.lower() for one in band_of(every, figures())] == [
        band_name(one, figures()) for one in every.tolist()
    ]


@given(st.lists(st.integers(1, 10_000), min_size=3, max_size=3, unique=True).map(sorted))
@settings(max_examples=30, deadline=None)
def test_bands_of_any_policy_have_neither_gap_nor_overlap(edges: list[int]) -> None:
    chosen = figures(bands=tuple(edges))
    scores = sorted({0, 10_000, *(edge + step for edge in edges for step in (-1, 0, 1) if edge + step <= 10_000)})
    bands = band_of(np.array(scores, np.int32), chosen)
    assert [Colour(one).name.lower() for one in bands] == [band_name(one, chosen) for one in scores]
    assert (np.diff(bands) >= 0).all()


REFUSED: list[tuple[str, dict[str, object]]] = [
    ("sum to 1", {"parts": (PartFigures(0.4, None),) * 5}),
    ("bands must rise", {"bands": (7500, 7500, 9000)}),
    ("bands must rise", {"bands": (6000, 7500, 10_001)}),
    ("bands must rise", {"bands": (0, 7500, 9000)}),
    ("shares", {"late_credit": 1.5}),
    ("step_days", {"step_days": 0}),
    ("a deduction", {"deductions": {"penalty": Deduction(500, 0)}}),
]


@pytest.mark.parametrize(("words", "change"), REFUSED)
def test_a_policy_that_does_not_fit_together_is_refused(words: str, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=words):
        figures.__wrapped__(**change)


def colours(bands: str, step_days: int = 3) -> str:
    """Letters of bands day by day (r y b g, - not enough data) to the colours shown."""
    letters = {"r": 0, "y": 1, "b": 2, "g": 3, "-": -1}
    names = {value: letter for letter, value in letters.items()}
    standing, runs = np.array([Colour.GREY], np.int8), np.zeros((1, 3), np.int16)
    shown = ""
    for letter in bands:
        band = np.array([letters[letter]], np.int8)
        standing, colour, runs = next_standing(band, standing, runs, figures(step_days=step_days))
        shown += names[int(colour[0])]
    return shown


STEPS = [
    ("a new object stands at once where its band is", "g", "g"),
    ("worse at once, by any number of steps", "gr", "gr"),
    ("better after three days, one step a day", "rgggggg", "rrryb" + "gg"),
    ("two days are not enough", "yggyggy", "yyyyyyy"),
    ("three days in yellow or better lift from red, three in blue from yellow", "ryyggg", "rrryyb"),
    ("a worse day begins anew", "ybbybbb", "yyyyyyb"),
    ("the way down is never held back", "bgggybb", "bbbgyyy"),
    ("no data is grey and lifts nothing", "y--bb-bbb", "y--yy-yyb"),
    ("silence does not wash red away", "r-----", "rrrrrr"),
    ("after grey the old standing counts", "y---g", "y---y"),
    ("never known", "---b", "---b"),
]


@pytest.mark.parametrize(("name", "bands", "shown"), STEPS, ids=[one[0] for one in STEPS])
def test_steps_of_colours(name: str, bands: str, shown: str) -> None:
    assert colours(bands) == shown


@given(st.text("rybg-", min_size=1, max_size=25), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_steps_equal_a_look_back_over_all_days(bands: str, step_days: int) -> None:
    names = {"r": "red", "y": "yellow", "b": "blue", "g": "green", "-": "grey"}
    letters = {name: letter for letter, name in names.items()}
    assert colours(bands, step_days) == "".join(letters[one] for one in walk([names[one] for one in bands], step_days))


def some_counts() -> st.SearchStrategy[list[int]]:
    """Counts that may occur: kept is never more than asked."""

    def build(numbers: list[int]) -> list[int]:
        for kept, asked in (
            (Count.SENSORS_ONLINE, Count.SENSORS),
            (Count.ALARMS_IN_TIME, Count.ALARMS),
            (Count.CERTIFICATES_VALID, Count.CERTIFICATES),
            (Count.SHIFTS_KEPT, Count.SHIFTS),
            (Count.TRAININGS_KEPT, Count.TRAININGS),
            (Count.COMMITMENTS_KEPT, Count.COMMITMENTS),
        ):
            numbers[kept] = min(numbers[kept], numbers[asked])
        numbers[Count.TASKS_DUE] += numbers[Count.TASKS_ON_TIME] + numbers[Count.TASKS_LATE]
        return numbers

    return st.lists(st.integers(0, 40), min_size=len(Count), max_size=len(Count)).map(build)


FACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 400), st.integers(-1, 60)), max_size=4)


@given(st.lists(st.tuples(some_counts(), FACTS), min_size=1, max_size=6))
@settings(max_examples=120, deadline=None)
def test_the_score_equals_its_slow_twin_and_the_sum_of_its_lines(
    objects: list[tuple[list[int], list[tuple[str, int, int]]]],
) -> None:
    counts = new_counts(len(objects))
    rows = []
    for row, (numbers, facts) in enumerate(objects):
        counts[row] = numbers
        for number, (kind, since, ended) in enumerate(facts):
            since = max(since, ended)
            end = None if ended < 0 else DAY - timedelta(days=ended)
            rows.append((row, kind, FactSource(f"{kind}:{row}:{number}", DAY - timedelta(days=since), end)))
    columns, sources, relief, appeals = gather(DAY, rows, [])
    found = score(counts, columns, relief, figures())
    for row, text in enumerate(write_lines(counts, columns, sources, relief, appeals, found)):
        facts = [(kind, max(since, ended), ended) for kind, since, ended in objects[row][1]]
        parts, taken, total = one_score(objects[row][0], facts, figures())
        assert found.parts[row].tolist() == parts
        assert found.taken[columns.row == row].tolist() == taken
        assert found.score[row] == total
        lines = read_lines(text)
        assert sum(line.hundredths for line in lines) == total
        assert 0 <= total <= 10_000
        red = any(kind in figures().red_lines and ended < 0 for kind, _since, ended in facts)
        if red:
            assert found.band[row] == Colour.RED
        restored = restore(lines)
        again, _sources, no_relief, _appeals = gather(DAY, [(0, kind, source) for kind, source in restored.facts], [])
        same = score(restored.counts[None, :], again, no_relief, figures())
        assert (same.score[0], same.band[0], same.feedback[0]) == (found.score[row], found.band[row], found.feedback[row])


def one(**changes: int) -> np.ndarray:
    """Counts of an old object with all well, changed."""
    counts = new_counts(1)
    well = {"TASKS_ON_TIME": 10, "TASKS_DUE": 10, "CHECKS": 1, "SENSORS": 2, "SENSORS_ONLINE": 2, "CERTIFICATES": 1}
    well |= {"CERTIFICATES_VALID": 1, "COMMITMENTS": 30, "COMMITMENTS_KEPT": 30, "AGE_DAYS": 400}
    for name, value in (well | changes).items():
        counts[0, Count[name]] = value
    return counts


SILENT = dict.fromkeys(
    ("TASKS_ON_TIME", "TASKS_DUE", "CHECKS", "SENSORS", "SENSORS_ONLINE", "COMMITMENTS", "COMMITMENTS_KEPT"), 0
)
NOTHING = SILENT | {"CERTIFICATES": 0, "CERTIFICATES_VALID": 0}
CASES: list[tuple[str, dict[str, int], int, Colour]] = [
    ("all well", {}, 10_000, Colour.GREEN),
    ("late counts half", {"TASKS_ON_TIME": 0, "TASKS_LATE": 10}, 8000, Colour.BLUE),
    ("tasks due and none done", {"TASKS_ON_TIME": 0}, 6000, Colour.YELLOW),
    ("ten overdue dangers take the whole part", {"OVERDUE_ORDINARY": 12}, 7500, Colour.BLUE),
    ("one major overdue takes half of it", {"OVERDUE_MAJOR": 1}, 8750, Colour.BLUE),
    ("a shop without sensors and commitments can be green", {"SENSORS": 0, "COMMITMENTS": 0}, 9166, Colour.GREEN),
    ("silent, nothing asked", NOTHING, 5000, Colour.GREY),
    ("silent, only a certificate is known", SILENT, 6000, Colour.GREY),
    ("new today, nobody knows anything: grey, whatever the start value", NOTHING | {"AGE_DAYS": 0}, 8000, Colour.GREY),
    ("new, heard of nothing for 16 days", NOTHING | {"AGE_DAYS": 16}, 6400, Colour.GREY),
]


@pytest.mark.parametrize(("name", "changes", "total", "band"), CASES, ids=[case[0] for case in CASES])
def test_scores_of_the_published_formula(name: str, changes: dict[str, int], total: int, band: Colour) -> None:
    columns, _sources, relief, _appeals = gather(DAY, [], [])
    found = score(one(**changes), columns, relief, figures())
    assert (found.score[0], Colour(found.band[0])) == (total, band)


DECAYS = [
    ("penalty today", "penalty", 0, None, -500),
    ("half gone", "penalty", 90, None, -250),
    ("the last day", "penalty", 179, None, -3),
    ("gone", "penalty", 180, None, 0),
    ("major danger, whole while open", "major_danger", 300, None, -1500),
    ("closed today", "major_danger", 300, 0, -1500),
    ("fading after closure", "major_danger", 300, 15, -750),
    ("over", "major_danger", 300, 30, 0),
]


@pytest.mark.parametrize(("name", "kind", "since", "ended", "taken"), DECAYS, ids=[case[0] for case in DECAYS])
def test_deductions_fade(name: str, kind: str, since: int, ended: int | None, taken: int) -> None:
    end = None if ended is None else DAY - timedelta(days=ended)
    columns, _sources, relief, _appeals = gather(DAY, [(0, kind, FactSource("k", DAY - timedelta(days=since), end))], [])
    found = score(one(), columns, relief, figures())
    assert found.taken.tolist() == [taken]
    assert found.score[0] == 10_000 + taken


def test_a_won_appeal_adds_a_line_and_lifts_a_red_line() -> None:
    facts = [
        (0, "penalty", FactSource("p", DAY, appeal="A1")),
        (0, "production_during_stop", FactSource("e", DAY, appeal="A2")),
    ]
    relief = [(0, Part.TASKS, ReliefSource("A3", 9999))]
    columns, sources, reliefs, appeals = gather(DAY, facts, relief)
    counts = one(TASKS_ON_TIME=5)
    found = score(counts, columns, reliefs, figures())
    lines = read_lines(write_lines(counts, columns, sources, reliefs, appeals, found)[0])
    assert found.score[0] == 10_000 == sum(line.hundredths for line in lines)
    assert [(line.code, line.hundredths) for line in lines if line.code in ("penalty", "appeal")] == [
        ("penalty", -500),
        ("appeal", 500),
        ("appeal", 0),
        ("appeal", 2000),  # never above the part's own weight
    ]
    assert Colour(found.band[0]) is Colour.GREEN
    assert restore(lines).facts[0][1].appeal == "A1"
    assert restore(lines).relief == ((Part.TASKS, ReliefSource("A3", 9999)),)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(0, 3), st.integers(0, 3)), min_size=0, max_size=9),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_the_cheapest_choice_is_the_cheapest_of_all_choices(
    acts: list[tuple[int, int, int, int]], need: tuple[int, int], jump: bool
) -> None:
    """Twin: every subset. `jump`: the first act of a kind already gives all, as the first own check does."""
    efforts = [float(one[0]) for one in acts]
    changes = np.array([one[1:] for one in acts], np.int32).reshape(len(acts), 3)

    def enough(sums: np.ndarray) -> np.ndarray:
        second = np.minimum(sums[:, 1], 1) * 5 if jump else sums[:, 1]
        return (sums[:, 0] + second >= need[0]) & (second + sums[:, 2] >= need[1])

    found = cheapest_choice(efforts, changes, enough)
    subsets = [[place for place in range(len(acts)) if number >> place & 1] for number in range(1 << len(acts))]
    reached = [sum(efforts[place] for place in one) for one in subsets if enough(changes[one].sum(axis=0)[None, :])[0]]
    assert (found.effort if found else None) == (min(reached) if reached else None)
    if found:
        assert enough(changes[list(found.places)].sum(axis=0)[None, :])[0]
        assert found.proven
        assert sum(efforts[place] for place in found.places) == found.effort


def test_a_choice_among_too_many_says_that_it_is_not_proven_to_be_the_cheapest() -> None:
    draw = np.random.default_rng(5)
    efforts = draw.uniform(1.0, 9.0, 30).tolist()
    changes = draw.integers(1, 50, (30, 2)).astype(np.int32)
    found = cheapest_choice(efforts, changes, lambda sums: (sums >= 600).all(axis=1), most_states=50)
    assert found is not None
    assert not found.proven
    assert (changes[list(found.places)].sum(axis=0) >= 600).all()
