"""What volunteers are asked for at a case."""

from typing import TYPE_CHECKING

from django.urls import reverse

from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.mobilisation.face import NeedSubject, describe_need, needs_of
from tocsin.notices.messages.rules.subjects import CASE

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.jurisdiction.face import Person


def case_in_need(user: "Person", number: str) -> NeedSubject:
    """A case as a need names it; DoesNotExist for one that the user may not see."""
    case = visible_cases(user).get(number=number)
    return NeedSubject(
        CASE,
        case.pk,
        case.number,
        case.region_code,
        case.level,
        reverse("case", args=[case.number]),
        is_drill=case.drill_id is not None,
        lon=case.lon,
        lat=case.lat,
        place=describe_case(case).place,
    )


def needs_context(user: "Person", case: "Case") -> dict[str, object]:
    """The part of a case's page that tells what volunteers are asked for: `_needs.html`."""
    may_ask = case.state not in (CaseState.CLOSED, CaseState.MERGED) and case.drill_id is None
    return {
        "needs": [describe_need(one) for one in needs_of(CASE, case.pk)] if may_anywhere(user, "volunteers.see") else [],
        "may_ask_volunteers": may_ask and may(user, "volunteers.call", case.region_code),
    }
