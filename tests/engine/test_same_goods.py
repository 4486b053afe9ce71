"""Two reports of goods compared: rules as a table, and what holds for any groups."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.same_goods import FIELDS, Report, Sameness, compare, counting, groups
from tocsin.supplies.same_goods.policy import same_goods_figures

HERE, NEXT_DOOR, FAR = (120.41, 36.16), (120.412, 36.161), (121.6, 37.4)
COUNTY = Report(
    *(
        "county",
        "county body",
        "county",
        "QL2026-0714",
        "青岛海润",
        date(2026, 7, 14),
        date(2029, 7, 13),
        "firm",
        (HERE,),
        400_000,
    )
)


def firm(**changes: object) -> Report:
    told = {**COUNTY.__dict__, "key": "firm", "reporter": "firm body", "level": "firm", **changes}
    return Report(**told)  # type: ignore[arg-type]


ROWS = {
    "everything agrees": (firm(), Sameness.SAME),
    "the same yard and days, another number": (firm(number="HR-88"), Sameness.SAME),
    "letters before the maker's number": (firm(number="LC-QL2026-0714", places=()), Sameness.SAME),
    "one slip in the number, the rest unknown": (
        firm(number="QL2026-0715", maker="", made_on=None, expires_on=None, places=(), amount=0, owner=""),
        Sameness.APART,
    ),
    "only the number": (
        firm(maker="", made_on=None, expires_on=None, places=(), amount=0, owner=""),
        Sameness.UNSURE,
    ),
    "days and amount, far away, another owner": (firm(number="7", places=(FAR,), owner="other"), Sameness.UNSURE),
    "the same number, other days, another maker": (
        firm(made_on=date(2025, 1, 1), expires_on=date(2028, 1, 1), maker="济南长城", amount=90_000),
        Sameness.UNSURE,
    ),
    "nothing but the yard": (
        firm(number="A", made_on=date(2025, 1, 1), expires_on=date(2028, 1, 1), maker="济南长城", amount=90_000, owner="other"),
        Sameness.APART,
    ),
    "one reporter": (firm(reporter="county body"), Sameness.APART),
    "nothing is known": (Report("firm", "firm body", "firm", ""), Sameness.APART),
}


@pytest.mark.parametrize("name", ROWS)
def test_two_reports(name: str) -> None:
    other, standing = ROWS[name]
    told = compare(COUNTY, other, same_goods_figures())
    assert (told.standing, compare(other, COUNTY, same_goods_figures())) == (standing, told), told
    assert {bar.field for bar in told.bars} <= set(FIELDS)


def test_a_neighbour_is_told_by_its_distance() -> None:
    (bar,) = [one for one in compare(COUNTY, firm(places=(NEXT_DOOR,)), same_goods_figures()).bars if one.field == "place"]
    assert bar.level == "within_near"
    assert bar.measured == pytest.approx(211, abs=5)


KEYS = st.lists(st.integers(0, 12), unique=True, min_size=1)


@given(KEYS, st.data())
def test_groups_are_what_a_search_finds(keys: list[int], data: st.DataObject) -> None:
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(keys))))
    found = groups([str(key) for key in keys], [(str(a), str(b)) for a, b in pairs])
    assert sorted(key for one in found for key in one) == sorted(str(key) for key in keys)
    for key in keys:
        reached = {key}
        while more := {b for a, b in [*pairs, *((b, a) for a, b in pairs)] if a in reached} - reached:
            reached |= more
        assert {str(one) for one in reached} in found


REPORTS = st.lists(
    st.builds(
        Report,
        key=st.uuids().map(str),
        reporter=st.sampled_from("abc"),
        level=st.sampled_from(["firm", "county", "city", "province", "park"]),
        number=st.just(""),
    ),
    min_size=1,
    unique_by=lambda one: one.key,
)


@given(REPORTS)
def test_one_reporter_counts_with_all_its_lots(reports: list[Report]) -> None:
    counted, first = counting(reports)
    assert first in counted
    reporters = {one.reporter for one in reports if one.key in counted}
    assert len(reporters) == 1
    assert counted == {one.key for one in reports if one.reporter in reporters}
    assert counting(list(reversed(reports))) == (counted, first)
