"""How risks are graded, when a check is due again, and how sheets are read."""

import tomllib
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.prevention.policy.prevention import FILE, PreventionPolicy
from tocsin.hazchem.prevention.rules.grading import Factors, Scales, grade_risk
from tocsin.hazchem.prevention.rules.kinds import LONGEST_DAYS, CheckPeriod, RiskColour, RiskMethod, RiskScale, next_due
from tocsin.hazchem.prevention.rules.tables import ReadRisks, read_risks

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("english")]
LS, LEC = RiskScale.LS, RiskScale.LEC


POLICY = msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), PreventionPolicy)


@pytest.fixture(name="scales")
def shipped_scales() -> Scales:
    return POLICY.scales


GRADES = {
    "the greatest of the matrix": (Factors(LS, 5, 5), 25, "red"),
    "red begins at 20": (Factors(LS, 4, 5), 20, "red"),
    "orange ends below 20": (Factors(LS, 4, 4), 16, "orange"),
    "orange begins at 15": (Factors(LS, 3, 5), 15, "orange"),
    "yellow ends at 12": (Factors(LS, 3, 4), 12, "yellow"),
    "yellow begins at 9": (Factors(LS, 3, 3), 9, "yellow"),
    "blue ends at 8": (Factors(LS, 2, 4), 8, "blue"),
    "the least of the matrix": (Factors(LS, 1, 1), 1, "blue"),
    "LEC red at 320 or more": (Factors(LEC, 6, 15, 6), 540, "red"),
    "LEC orange from 160": (Factors(LEC, 10, 3, 6), 180, "orange"),
    "LEC orange up to 320": (Factors(LEC, 3, 40, 2), 240, "orange"),
    "LEC yellow from 70": (Factors(LEC, 6, 15, 1), 90, "yellow"),
    "LEC blue below 70": (Factors(LEC, 3, 7, 3), 63, "blue"),
    "LEC with tenths": (Factors(LEC, 0.1, 1, 0.5), 0.05, "blue"),
}


@pytest.mark.parametrize("name", GRADES)
def test_a_risk_has_the_grade_of_its_factors(name: str, scales: Scales) -> None:
    factors, value, colour = GRADES[name]
    grade = grade_risk(factors, scales)
    assert (grade.value, grade.colour.value) == (value, colour)


REFUSED = {
    "L of the matrix beyond 5": (Factors(LS, 6, 1), "L is one of"),
    "halves in the matrix": (Factors(LS, 1, 2.5), "S is one of"),
    "E in the matrix": (Factors(LS, 1, 1, 1), "leave it empty"),
    "LEC without E": (Factors(LEC, 1, 1), "needs E"),
    "a C that the scale doesn't have": (Factors(LEC, 1, 5, 1), "C is one of 100, 40, 15, 7, 3, 1"),
    "no number": (Factors(LS, float("nan"), 1), "L is one of"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_factors_that_a_scale_does_not_know_are_named(name: str, scales: Scales) -> None:
    factors, words = REFUSED[name]
    with pytest.raises(InvalidInput, match=words):
        grade_risk(factors, scales)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
def test_more_of_a_factor_is_never_a_milder_colour(likelihood: int, severity: int, other: int) -> None:
    order = list(RiskColour)
    one = grade_risk(Factors(LS, likelihood, severity), POLICY.scales).colour
    more = grade_risk(Factors(LS, max(likelihood, other), severity), POLICY.scales).colour
    assert order.index(more) <= order.index(one)


DUE = {
    "the next day": (CheckPeriod.DAY, date(2026, 12, 31), date(2027, 1, 1)),
    "a week": (CheckPeriod.WEEK, date(2026, 2, 25), date(2026, 3, 4)),
    "the end of a short month": (CheckPeriod.MONTH, date(2026, 1, 31), date(2026, 2, 28)),
    "a leap year": (CheckPeriod.MONTH, date(2028, 1, 30), date(2028, 2, 29)),
    "over the year": (CheckPeriod.QUARTER, date(2026, 11, 30), date(2027, 2, 28)),
    "half a year": (CheckPeriod.HALF_YEAR, date(2026, 6, 1), date(2026, 12, 1)),
    "the 29th of February": (CheckPeriod.YEAR, date(2028, 2, 29), date(2029, 2, 28)),
}


@pytest.mark.parametrize("name", DUE)
def test_a_check_is_due_again(name: str) -> None:
    period, done_on, due = DUE[name]
    assert next_due(period, done_on) == due


@given(st.sampled_from(CheckPeriod), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_check_is_due_within_its_period(period: CheckPeriod, day: date) -> None:
    assert timedelta() < next_due(period, day) - day <= timedelta(days=LONGEST_DAYS[period])


def read(scales: Scales, *rows: str, method: RiskMethod = RiskMethod.OTHER) -> ReadRisks:
    return read_risks([one.split("|") for one in rows], scales, method=method, risk_object="Tank farm")


def test_a_ledger_has_a_row_for_each_measure(scales: Scales) -> None:
    found = read(
        scales,
        "Risk ledger of 2026",
        "分析对象|分析单元|风险事件|可能性|严重性|风险值|措施类型|管控措施|排查内容|排查周期|责任岗位|备注",
        "罐区|V-101|液氯泄漏|3|5|15|工程技术|紧急切断阀|阀门动作试验|每周|principal|x",
        "||||||应急措施|堵漏器材|器材齐全|每月|principal|",
        "|V-102|超压|2|4||维护保养|安全阀校验||||",
    )
    assert found.problems == []
    assert found.unread == ["备注"]
    assert [(one.place.unit, one.event.text, one.grade.value) for one in found.rows] == [
        ("V-101", "液氯泄漏", 15),
        ("V-101", "液氯泄漏", 15),
        ("V-102", "超压", 8),
    ]
    assert [one.measure.kind.value for one in found.rows if one.measure] == ["engineering", "emergency", "maintenance"]
    assert [one.check.period.value if one.check else None for one in found.rows] == ["week", "month", None]


def test_a_hazop_sheet_is_read(scales: Scales) -> None:
    found = read(
        scales,
        "Node,Deviation,Causes,Consequences,Safeguards,L,S,Recommendations".replace(",", "|"),
        "R-201 feed|High flow|Valve stuck open|Runaway|High-flow trip|3|4|none",
        "R-201 feed|Low flow|Pump trips|Loss of cooling|Low-flow alarm|2|3|",
        method=RiskMethod.HAZOP,
    )
    assert found.problems == []
    assert found.unread == ["Recommendations"]
    row = found.rows[0]
    assert (row.place.risk_object, row.place.unit, row.event.method) == ("Tank farm", "R-201 feed", RiskMethod.HAZOP)
    assert (row.event.cause, row.event.consequence) == ("Valve stuck open", "Runaway")


def test_a_row_with_e_is_graded_by_lec(scales: Scales) -> None:
    found = read(scales, "单元|风险事件|L|E|C", "Job step 1|Fall|3|6|15")
    assert [(one.event.factors.scale, one.grade.value) for one in found.rows] == [(LEC, 270)]


WRONG = {
    "a value that is not L·S": ("V|Leak|3|5|12||||", "line 2, 风险值: the sheet says 12, but its factors make 15"),
    "no event": ("V||3|5|||||", "line 2, 风险事件: this cell must not be empty"),
    "a word for a number": ("V|Leak|often|5|||||", "line 2, 可能性: “often” is no number"),
    "a factor beyond the scale": ("V|Leak|9|5|||||", "line 2, 可能性: L is one of"),
    "a period nobody knows": ("V|Leak|3|5||Wall|look|now and then|principal", "line 2, 排查周期: “now and then” is not known"),
    "a check nobody makes": ("V|Leak|3|5||Wall|look|每周|", "line 2, 责任岗位: A check needs a person or a post"),
    "a check of nothing": ("V|Leak|3|5|||look|每周|principal", "line 2, 排查内容: a check belongs to a measure"),
    "a check without a period": ("V|Leak|3|5||Wall|look||principal", "line 2, 排查周期: this cell must not be empty"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_row_is_told_by_line_and_column(name: str, scales: Scales) -> None:
    row, words = WRONG[name]
    found = read(scales, "单元|风险事件|可能性|严重性|风险值|管控措施|排查内容|排查周期|责任岗位", row)
    assert found.rows == []
    assert any(told.startswith(words) for _line, told in found.problems), found.problems


def test_all_that_is_wrong_is_told_at_once(scales: Scales) -> None:
    found = read(scales, "单元|风险事件|L|S", "V|A|7|1", "V|B|1|1", "V|C|x|9")
    assert [line for line, _words in found.problems] == [2, 4]
    assert [one.event.text for one in found.rows] == ["B"]


def test_a_table_without_the_headings_is_refused(scales: Scales) -> None:
    with pytest.raises(InvalidInput, match="风险分析单元, 风险事件, 可能性, 严重性"):
        read(scales, "a|b", "1|2")
