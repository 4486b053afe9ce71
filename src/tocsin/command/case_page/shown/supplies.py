"""What supplies are requested for a case."""

from typing import TYPE_CHECKING

from django.urls import reverse

from tocsin.command.case_page.shown.releases import areas_of_releases, goods_of_releases
from tocsin.command.casebook.queries.cases import family_of, visible_cases
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.plans.shown.plans import what_to_close_of
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.mobilisation.face import area_of_warning, warnings_from
from tocsin.mobilisation.public_warnings.rules.states import WarningState
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.screens.clock import current_time
from tocsin.supplies.face import PeopleArea, SupplySubject, describe_request, requests_of
from tocsin.supplies.levels.rules.people import PeopleFrom

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
        lon=told.lon,
        lat=told.lat,
        place=told.place,
        areas=(*areas_of_releases(user, case), *_warned(user, case), *_without_service(user, case)),
        goods=goods_of_releases(user, case),
    )


def _warned(user: "Person", case: "Case") -> list[PeopleArea]:
    """The areas of its public warnings that were issued and not given up, the newest first."""
    issued = [one for one in warnings_from(user, "case", family_of(case)) if one.state == WarningState.ISSUED]
    return [
        PeopleArea(f"warning:{one.pk}", PeopleFrom.WARNING, label=str(one), shape=area_of_warning(one))
        for one in reversed(issued)
        if one.msg_type != "Cancel"
    ]


def _without_service(user: "Person", case: "Case") -> list[PeopleArea]:
    """Whom the first way of closing off leaves without service, by the newest diagnosis."""
    now = current_time()
    return [
        PeopleArea(f"closing:{place}", PeopleFrom.CLOSING, label=one.asset_code, count=one.plans[0].people)
        for place, one in enumerate(what_to_close_of(user, case, now=now))
        if one.plans and one.plans[0].people
    ]


def supplies_context(user: "Person", case: "Case") -> dict[str, object]:
    """The part of a case's page that tells what supplies are requested: `_supplies.html`."""
    may_ask = case.state not in (CaseState.CLOSED, CaseState.MERGED) and case.drill_id is None
    sees = may_anywhere(user, "supplies.see")
    return {
        "supply_requests": [describe_request(one) for one in requests_of(CASE, case.pk)] if sees else [],
        "may_ask_supplies": may_ask and may(user, "supplies.reserve", case.region_code),
    }
