"""A burst in order: a labelled one, and the same by a slow twin.

tank V-1 (1) ──► pump P-1 (2) ──► reactor R-1 (3) ──► column C-1 (4)
                                      ▲
cooler E-1 (5) ───────────────────────┘              store S-1 (6) stands alone
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.flood import NOWHERE, Beneath, Folded, FoldRule, OnTop, fold, priority_shares

FEEDS = {1: [2], 2: [3], 3: [4], 5: [3]}
RULE = FoldRule()


def folded(rows: list[tuple[int, int, int, bool]], rule: FoldRule = RULE, feeds: dict[int, list[int]] = FEEDS) -> Folded:
    """Of rows (second, level, place, safety)."""
    at, level, place, safety = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    return fold(
        np.array(at, np.int64) * 1000,
        np.array(level, np.int8),
        np.array(place, np.int32),
        np.array(safety, np.bool_),
        feeds,
        rule,
    )


# name, rows (second, level, place, safety), on top, beneath
BURSTS = [
    ("one alarm", [(0, 2, 1, False)], [0], [-1]),
    ("what follows goes beneath", [(0, 3, 1, False), (9, 2, 2, False), (20, 1, 4, False)], [0], [-1, 0, 0]),
    ("what lies upstream does not", [(0, 2, 3, False), (60, 2, 1, False)], [0, 1], [-1, -1]),
    ("of those that ring together the one upstream came first", [(0, 2, 3, False), (4, 2, 1, False)], [1], [1, -1]),
    ("a further alarm of the same equipment", [(0, 2, 1, False), (30, 2, 1, False)], [0], [-1, 0]),
    ("a graver one stays on top", [(0, 2, 1, False), (30, 4, 3, False), (40, 3, 4, False)], [0, 1], [-1, -1, 1]),
    ("one of a safety function as well", [(0, 3, 1, False), (30, 1, 3, True)], [0, 1], [-1, -1]),
    ("too late to follow", [(0, 2, 1, False), (601, 2, 2, False)], [0, 1], [-1, -1]),
    ("elsewhere", [(0, 2, 1, False), (10, 2, 6, False)], [0, 1], [-1, -1]),
    ("equipment that is not known", [(0, 2, NOWHERE, False), (10, 2, NOWHERE, False)], [0, 1], [-1, -1]),
    (
        "safety before level, the first before all",
        [(0, 1, 6, False), (60, 4, 1, False), (70, 2, 5, True)],
        [0, 2, 1],
        [-1, -1, -1],
    ),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("rows", "top", "beneath"), [row[1:] for row in BURSTS], ids=[row[0] for row in BURSTS])
def test_bursts(rows: list[tuple[int, int, int, bool]], top: list[int], beneath: list[int]) -> None:
    found = folded(rows)
    assert (found.top, found.beneath.tolist(), found.others) == (top, beneath, [])


@pytest.mark.one_database
def test_every_reason_is_told() -> None:
    found = folded([(0, 2, 1, False), (30, 4, 3, True), (40, 2, 2, False), (50, 2, 1, False)])
    assert found.why == {
        0: (OnTop.FIRST, OnTop.MANY),
        1: (OnTop.SAFETY, OnTop.HIGHEST),
    }
    assert found.followed == {2: Beneath.DOWNSTREAM, 3: Beneath.SAME_PLACE}
    assert folded([(0, 2, 1, False), (30, 4, 3, False)]).why[1] == (OnTop.HIGHEST, OnTop.GRAVER)
    assert folded([(0, 2, 3, False), (4, 2, 1, False)]).why == {1: (OnTop.UPSTREAM, OnTop.HIGHEST, OnTop.MANY)}


def labelled(seed: int = 7) -> tuple[list[tuple[int, int, int, bool]], int, set[int]]:
    """600 alarms in ten minutes after a pump of a plant of 80 pieces of equipment in a row stopped: the first cause, and what an
    operator must see beside it: gas at three places, and an independent fault of a store.
    """
    random = np.random.default_rng(seed)
    rows: list[tuple[int, int, int, bool]] = [(0, 2, 100, False)]
    for _one in range(590):
        step = int(random.integers(0, 80))
        rows.append((int(min(599, 2 + step * 5 + random.integers(0, 120))), int(random.integers(1, 3)), 100 + step, False))
    seen = {0}
    for place, second, level, safety in ((103, 200, 4, True), (140, 340, 3, True), (170, 500, 4, True), (900, 300, 3, False)):
        seen.add(len(rows))
        rows.append((second, level, place, safety))
    rows += [(int(random.integers(300, 599)), 2, 900, False) for _one in range(5)]
    order = random.permutation(len(rows)).tolist()
    shuffled = [rows[one] for one in order]
    return shuffled, order.index(0), {order.index(one) for one in seen}


@pytest.mark.one_database
def test_of_a_labelled_burst_the_first_cause_and_what_matters_stay_on_top() -> None:
    rows, first, seen = labelled()
    feeds = {100 + one: [101 + one] for one in range(80)}
    found = folded(rows, FoldRule(most_steps=80), feeds)
    assert len(rows) == 600
    assert found.top[0] == first
    assert seen <= set(found.top)
    assert len(found.top) <= 12
    assert np.count_nonzero(found.beneath >= 0) > 580


ROWS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 4), st.sampled_from([1, 2, 3, 4, 5, 6, NOWHERE]), st.booleans()), max_size=25
)
EDGES = st.dictionaries(st.integers(1, 6), st.lists(st.integers(1, 6), max_size=3), max_size=6)


@pytest.mark.one_database
@given(ROWS, EDGES, st.integers(1, 5))
def test_it_equals_its_slow_twin_and_loses_nothing(
    rows: list[tuple[int, int, int, bool]], feeds: dict[int, list[int]], steps: int
) -> None:
    rule = FoldRule(most_steps=steps, top=4)
    found = folded(rows, rule, feeds)
    assert found.beneath.tolist() == slow(rows, rule, feeds)
    heads = [one for one in range(len(rows)) if found.beneath[one] < 0]
    assert sorted(found.top + found.others) == heads
    assert len(found.top) == min(4, len(heads))
    assert set(found.why) == set(found.top)
    for one, head in enumerate(found.beneath.tolist()):
        if head >= 0:
            assert head in heads
            assert not rows[one][3]
            assert rows[one][1] <= rows[head][1]


def slow(rows: list[tuple[int, int, int, bool]], rule: FoldRule, feeds: dict[int, list[int]]) -> list[int]:
    """The same word by word: what is downstream by walking every way of so many steps anew."""

    def downstream(one: int) -> set[int]:
        if one == NOWHERE:
            return set()
        here = {one}
        for _step in range(rule.most_steps):
            here |= {to for place in here for to in feeds.get(place, ())}
        return here

    waiting = sorted(range(len(rows)), key=lambda one: (rows[one][0], one))
    order: list[int] = []
    while waiting:
        group = [one for one in waiting if rows[one][0] - rows[waiting[0]][0] <= rule.together_s]
        waiting = [one for one in waiting if one not in group]
        places = {rows[one][2] for one in group}
        while group:
            best = min(
                group,
                key=lambda one: (-len(downstream(rows[one][2]) & places - {rows[one][2]}), -rows[one][1], rows[one][0], one),
            )
            group.remove(best)
            order.append(best)
    beneath = [-1] * len(rows)
    for number, one in enumerate(order):
        for head in order[:number]:
            follows = rows[one][2] in downstream(rows[head][2]) and rows[one][0] - rows[head][0] <= rule.fold_s
            if beneath[head] == -1 and follows and not rows[one][3] and rows[one][1] <= rows[head][1]:
                beneath[one] = head
                break
    return beneath


@pytest.mark.one_database
def test_shares_of_levels() -> None:
    assert priority_shares(np.empty(0, np.int8)) is None
    shares = priority_shares(np.array([1, 1, 2, 3, 4], np.int8))
    assert shares is not None
    assert shares.red + shares.orange + shares.yellow + shares.blue == pytest.approx(1)


@pytest.mark.one_database
def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="each alarm"):
        fold(np.zeros(2, np.int64), np.zeros(1, np.int8), np.zeros(2, np.int32), np.zeros(2, np.bool_), {})
