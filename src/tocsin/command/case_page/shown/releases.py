"""A case and releases at its place: estimates, equipment to begin one at, orders that are proposed, what was done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.atlas.face import EXPOSURE_SEE
from tocsin.command.casebook.queries.cases import family_of, members_of, visible_cases
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.orders.queries.orders import orders_of
from tocsin.command.orders.shown import describe_order
from tocsin.hazchem.face import (
    Followed,
    ReleaseProposalsOut,
    ReleaseSubject,
    answer_of_row,
    describe_estimate,
    describe_proposals,
    equipment_at,
    estimates_of_subject,
    goods_asked,
    leaving_policy,
    warned_zone,
)
from tocsin.jurisdiction.bodies.rules import Kind
from tocsin.jurisdiction.face import bodies_with_duty, may_anywhere
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.screens.clock import current_time
from tocsin.screens.words import direction
from tocsin.supplies.face import PeopleArea, describe_request, requests_of
from tocsin.supplies.levels.rules.people import PeopleFrom

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.hazchem.face import PlantEquipment, ReleaseEstimate
    from tocsin.jurisdiction.face import Organisation, Person

MOST: Final = 5
_OVER: Final = (CaseState.CLOSED, CaseState.MERGED)


@dataclass(frozen=True)
class ProposedOrder:
    """An order for the commander to change and send: to which body, what it would say."""

    kind: Kind
    unit: "Organisation | None"
    text: str


def case_of_release(user: "Person", number: str) -> ReleaseSubject:
    """A case as an estimate names it; DoesNotExist for one that the user may not see."""
    case = visible_cases(user).get(number=number)
    return ReleaseSubject(CASE, case.pk, case.number)


def acts_of_release(user: "Person", row: "ReleaseEstimate") -> list[Followed]:
    """Of an estimate for a case: the case, its orders, its requests of supplies."""
    if row.subject_kind != CASE or row.subject_id is None:
        return []
    case = visible_cases(user).filter(pk=row.subject_id).first()
    if case is None:
        return []
    told, page = describe_case(case), reverse("case", args=[case.number])
    found = [Followed(f"{_('Case')} {case.number}", told.state_name, page, told.begun_at)]
    for order in map(describe_order, orders_of(case)):
        words = f"{_('Order')}: {order.unit} {order.text[:80]}"
        found.append(Followed(words, order.state_name, reverse("order", args=[order.number]), order.sent_at))
    if may_anywhere(user, "supplies.see"):
        for one in requests_of(CASE, case.pk):
            shown = describe_request(one)
            words = f"{_('Request of supplies')}: {shown.purpose}"
            found.append(Followed(words, shown.state_name, reverse("supply_request", args=[one.pk]), one.opened_at))
    return found


def releases_of_case(user: "Person", case: "Case") -> "list[ReleaseEstimate]":
    """Estimates that were made for it, the newest first."""
    return list(estimates_of_subject(user, CASE, list(family_of(case)))[:MOST])


def equipment_near(user: "Person", case: "Case") -> "list[PlantEquipment]":
    """Equipment at which an alarm of the open case is at a point, then what stands near the case; none once it is over."""
    if case.state in _OVER:
        return []
    told, near = describe_case(case), leaving_policy().cases
    sensors = [one for one in members_of(case).values_list("alarm__sensor_id", flat=True) if one]
    return equipment_at(user, sensors=sensors, lon=told.lon, lat=told.lat, within_m=near.within_m, most=near.most_equipment)


def releases_context(user: "Person", case: "Case") -> dict[str, object]:
    """The part of a case's page: `_releases.html`."""
    found = [describe_estimate(one) for one in releases_of_case(user, case)]
    return {"releases": found, "release_equipment": equipment_near(user, case)}


def areas_of_releases(user: "Person", case: "Case") -> list[PeopleArea]:
    """The area that is warned of by the newest estimate: people that a request of supplies may be for."""
    for one in releases_of_case(user, case)[:1]:
        zone = warned_zone(answer_of_row(one))
        if zone is not None:
            return [PeopleArea(f"release:{one.pk}", PeopleFrom.RELEASE, label=one.title, shape=zone.shape)]
    return []


def goods_of_releases(user: "Person", case: "Case") -> tuple[tuple[str, float], ...]:
    """What the newest estimate asks for, by the policy."""
    return tuple(pair for one in releases_of_case(user, case)[:1] for pair in goods_asked(answer_of_row(one)))


def proposed_orders(user: "Person", case: "Case", row: "ReleaseEstimate") -> list[ProposedOrder]:
    """To rescue, police and government, in the reader's language; `unit` is None where no such body is called there."""
    now = current_time()
    told = describe_proposals(row, user, sees=may_anywhere(user, EXPOSURE_SEE), at=now)
    texts = {
        Kind.RESCUE: " ".join(_for_rescue(row, told)),
        Kind.POLICE: " ".join(_for_police(told)),
        Kind.GOVERNMENT: " ".join(_for_government(told)),
    }
    bodies = {
        kind: next(iter(bodies_with_duty(kind=kind, trade=row.object.trade, region_code=case.region_code, at=now)), None)
        for kind in texts
    }
    return [ProposedOrder(kind, bodies[kind], text) for kind, text in texts.items()]


def _for_rescue(row: "ReleaseEstimate", told: ReleaseProposalsOut) -> Iterator[str]:
    yield _("%(title)s: come from upwind, the %(from)s; gather beyond reach of the cloud.") % {
        "title": row.title,
        "from": direction(row.wind_from_degrees),
    }
    yield _("Danger reaches %(metres)s m.") % {"metres": f"{told.farthest_m:,}"}
    if told.goods_asked:
        yield _("Bring: %(goods)s.") % {"goods": ", ".join(told.goods_asked)}


def _for_police(told: ReleaseProposalsOut) -> Iterator[str]:
    yield _("Nobody goes into the area: up to %(metres)s m from the release.") % {"metres": f"{told.farthest_m:,}"}
    if told.roads:
        yield _("Close: %(roads)s.") % {"roads": ", ".join(told.roads)}


def _for_government(told: ReleaseProposalsOut) -> Iterator[str]:
    go = [_to_shelter(one.name, one.towards, one.shelter) for one in told.people if one.leaving == "go"]
    stay = [one.name for one in told.people if one.leaving != "go"]
    if go:
        yield _("Lead out at once: %(places)s.") % {"places": "; ".join(go)}
    if stay:
        yield _("Stay inside, windows and doors closed: %(places)s.") % {"places": ", ".join(stay)}
    yield _("Tell everybody in the area; count whoever comes.")


def _to_shelter(name: str, towards: str, shelter: str) -> str:
    return f"{name} → {shelter or towards}"
