"""How units are registered: their filing and their assessment, one by one and as conditions of a query."""

from datetime import date, timedelta

from django.db.models import F, Q

from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.rules.registration import AssessmentState, FilingState, assessment_state, filing_state


def filing_of(unit: PlantUnit) -> FilingState:
    """How a unit is filed."""
    return filing_state(
        grade=unit.grade,
        number=unit.filing_number,
        filed_on=unit.filed_on,
        filed_grade=unit.filed_grade,
        assessed_on=unit.assessed_on,
    )


def assessment_of(unit: PlantUnit, today: date) -> AssessmentState:
    """How a unit's assessment stands."""
    every, soon = plants().assess_every_years, plants().assess_soon_days
    return assessment_state(grade=unit.grade, assessed_on=unit.assessed_on, every_years=every, soon_days=soon, today=today)


def to_assess(today: date) -> Q:
    """Major hazards whose assessment is missing, over, or soon to end; a day more where a leap day lies between."""
    latest = today + timedelta(days=plants().assess_soon_days)
    every = plants().assess_every_years
    try:
        before = latest.replace(year=latest.year - every)
    except ValueError:  # the 29th of February
        before = latest.replace(year=latest.year - every, month=3, day=1)
    return ~Q(grade="") & (Q(assessed_on=None) | Q(assessed_on__lte=before))


def to_file() -> Q:
    """Units whose filing is to be made, made anew, or cancelled: the twin of `rules.registration.filing_state`."""
    outdated = Q(filed_on__isnull=False, assessed_on__gt=F("filed_on")) | ~Q(filed_grade=F("grade"))
    return (~Q(grade="") & (Q(filing_number="") | outdated)) | (Q(grade="") & ~Q(filing_number=""))
