"""Registration of a major hazard: how its filing and its assessment stand (Order 40 of the safety administration). Values in."""

from datetime import date, timedelta
from enum import StrEnum


class FilingState(StrEnum):
    """How a unit is filed with the authority (Order 40, articles 23, 24 and 27)."""

    NOT_NEEDED = "not_needed"
    MISSING = "missing"  # a major hazard without a filing
    OUTDATED = "outdated"  # another grade, or a newer assessment than what was filed
    FILED = "filed"
    TO_CANCEL = "to_cancel"  # filed, and a major hazard no more


class AssessmentState(StrEnum):
    """How the assessment of a major hazard stands."""

    NOT_NEEDED = "not_needed"
    MISSING = "missing"
    OVER = "over"
    SOON = "soon"
    GOOD = "good"


def filing_state(*, grade: str, number: str, filed_on: date | None, filed_grade: str, assessed_on: date | None) -> FilingState:
    """How the filing of a unit of this grade stands; `filed_grade` is the grade that was filed.

    >>> filing_state(grade="III", number="BA-1", filed_on=date(2026, 1, 5), filed_grade="IV", assessed_on=date(2026, 1, 1))
    <FilingState.OUTDATED: 'outdated'>
    """
    if not grade:
        return FilingState.TO_CANCEL if number else FilingState.NOT_NEEDED
    if not number:
        return FilingState.MISSING
    newer = assessed_on is not None and filed_on is not None and assessed_on > filed_on
    return FilingState.OUTDATED if newer or grade != filed_grade else FilingState.FILED


def assessed_until(assessed_on: date, every_years: int) -> date:
    """The last day for which an assessment holds.

    >>> assessed_until(date(2024, 2, 29), 3)
    datetime.date(2027, 3, 1)
    """
    try:
        return assessed_on.replace(year=assessed_on.year + every_years)
    except ValueError:  # the 29th of February
        return assessed_on.replace(year=assessed_on.year + every_years, day=28) + timedelta(days=1)


def assessment_state(*, grade: str, assessed_on: date | None, every_years: int, soon_days: int, today: date) -> AssessmentState:
    """How the assessment of a unit of this grade stands today; `soon` begins `soon_days` before its last day.

    >>> assessment_state(grade="IV", assessed_on=date(2023, 12, 1), every_years=3, soon_days=60, today=date(2026, 11, 29))
    <AssessmentState.SOON: 'soon'>
    """
    if not grade:
        return AssessmentState.NOT_NEEDED
    if assessed_on is None:
        return AssessmentState.MISSING
    until = assessed_until(assessed_on, every_years)
    if today > until:
        return AssessmentState.OVER
    return AssessmentState.SOON if today >= until - timedelta(days=soon_days) else AssessmentState.GOOD
