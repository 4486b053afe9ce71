"""A case as what a public warning is drafted from."""

from typing import Any
from uuid import UUID

from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.mobilisation.public_warnings.rules.sources import WarningSource

_LEVELS = ("red", "orange", "yellow", "blue")


def from_case(user: Any, case_id: UUID) -> WarningSource | None:
    """The case; None where the user may not see it. What is drafted from a drill is an exercise."""
    case = visible_cases(user).filter(pk=case_id).first()
    if case is None:
        return None
    told = describe_case(case)
    level = told.last_class if told.last_class in _LEVELS else ""
    return WarningSource(case.number, case.region_code, level, told.lon, told.lat, drill=case.drill_id is not None)
