"""What supplies are requested for a case."""

from typing import TYPE_CHECKING

from django.urls import reverse

from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.supplies.face import SupplySubject, describe_request, requests_of

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.jurisdiction.face import Person


def case_that_needs_supplies(user: "Person", number: str) -> SupplySubject:
    """A case as a request names it; DoesNotExist for one that the user may not see."""
    case = visible_cases(user).get(number=number)
    told = describe_case(case)
    return SupplySubject(
        kind=CASE,
        id=case.pk,
        label=case.number,
        region_code=case.region_code,
        page=reverse("case", args=[case.number]),
        title=told.title,
        trade=case.kind,
        is_drill=case.drill_id is not None,
        lon=case.lon,
        lat=case.lat,
        place=told.place,
    )


def supplies_context(user: "Person", case: "Case") -> dict[str, object]:
    """The part of a case's page that tells what supplies are requested: `_supplies.html`."""
    may_ask = case.state not in (CaseState.CLOSED, CaseState.MERGED) and case.drill_id is None
    sees = may_anywhere(user, "supplies.see")
    return {
        "supply_requests": [describe_request(one) for one in requests_of(CASE, case.pk)] if sees else [],
        "may_ask_supplies": may_ask and may(user, "supplies.reserve", case.region_code),
    }
