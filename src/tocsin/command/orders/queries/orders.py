"""Orders as the reader may see them, and whom a case asks to work."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import family_of
from tocsin.command.casebook.queries.drills import naming
from tocsin.command.casebook.queries.places import asset_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole, OrderState
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.policy import orders_policy
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.routing.queries import lifeline_of
from tocsin.jurisdiction.bodies.rules import governing_codes
from tocsin.jurisdiction.face import bodies_with_duty, may, organisation_by_code, scope, visible_organisations
from tocsin.warning.face import alarms_named, loaded_alarm, newest_diagnoses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tocsin.jurisdiction.face import Organisation, Person

ENDED_STATES = tuple(state.value for state in ENDED)
_NOT_SENT = ("centre", "enterprise")
STATES = ("running", "all", *(state.value for state in OrderState))


def visible_orders(user: "Person") -> QuerySet[Order]:
    """Orders of the cases that the user may see, and those of the user's own unit; the newest first."""
    found = Order.objects.select_related("unit", *loaded_alarm("case__lead"), "case__drill", "passed_to__unit")
    by_case = scope(Order.objects.all(), user, rights.SEE).values("pk")
    reaching = Q(case__drill__isnull=True) | Q(case__drill__in=naming([getattr(user, "organisation_id", None)]))
    own = scope(Order.objects.filter(reaching), user, rights.WORK, organisation_field="unit").values("pk")
    return found.filter(Q(pk__in=by_case) | Q(pk__in=own)).order_by("-sent_at", "-id")


def search_orders(user: "Person", *, state: str = "running", search: str = "") -> QuerySet[Order]:
    """Visible orders in one of STATES; `search`: parts of the number, of the unit's names or of the place."""
    found = visible_orders(user)
    if state == "running":
        found = found.exclude(state__in=ENDED_STATES)
    elif state != "all":
        found = found.filter(state=state)
    for word in search.split():
        found = found.filter(
            Q(number__icontains=word)
            | Q(unit__name_zh__icontains=word)
            | Q(unit__name_en__icontains=word)
            | Q(case__place__icontains=word)
            | Q(case__lead_id__in=alarms_named(word))
        )
    return found


def orders_of(case: Case) -> QuerySet[Order]:
    """The orders of a case and of those that went into it with their units, as they were sent."""
    return (
        Order.objects.filter(case__in=family_of(case))
        .select_related("unit", "sent_by", "passed_to__unit")
        .order_by("sent_at", "id")
    )


def entries_of(order: Order) -> QuerySet[OrderEntry]:
    """What the unit and its crew did, as it was received."""
    return OrderEntry.objects.filter(order=order).select_related("actor").order_by("version")


def works_on(user: "Person", order: Order) -> bool:
    """May the user enter what the unit does: as its desk or crew, or on its behalf as the duty officer of the case?"""
    return may(user, rights.WORK, order.region_code, (order.unit_id,)) or may(user, rights.HANDLE, order.region_code)


def orders_of_unit(user: "Person", *, ended_since: datetime) -> QuerySet[Order]:
    """What the user's own unit is asked to do: running orders and those that have ended since then; the newest first."""
    own = visible_orders(user).filter(unit_id=getattr(user, "organisation_id", None))
    return own.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=ended_since))


def neighbours_of(case: Case) -> QuerySet[Order]:
    """Who was called to stand by while others dig, and whether they answered."""
    return orders_of(case).filter(role=OrderRole.STAND_BY)


def silent_neighbours(case: Case) -> list[Order]:
    """Neighbours that have not answered yet: nobody should dig before they do."""
    return list(neighbours_of(case).filter(state=OrderState.SENT))


def units_to_send(user: "Person", case: Case, *, search: str = "") -> "QuerySet[Organisation]":
    """Bodies of the case's area and of those above it that an order can go to, by name: no desk that runs cases, no firm."""
    found = visible_organisations(user).filter(region_id__in=governing_codes(case.region_code)).exclude(kind__in=_NOT_SENT)
    for word in search.split():
        found = found.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word))
    return found.order_by("kind", "code")


def last_place_of(order: Order) -> tuple[float, float, datetime] | None:
    """Longitude, latitude and time of the last act that told where the crew was."""
    for entry in entries_of(order).order_by("-at", "-version"):
        if entry.data.get("lon") is not None and entry.data.get("lat") is not None:
            return entry.data["lon"], entry.data["lat"], entry.at
    return None


def running_order(case: Case, unit: "Organisation") -> Order | None:
    """The unit's order of this case that has not ended."""
    return Order.objects.filter(case=case, unit=unit).exclude(state__in=ENDED_STATES).first()


def running_lead(case: Case) -> Order | None:
    """The lead unit's order that has not ended."""
    return Order.objects.filter(case=case, role="lead").exclude(state__in=ENDED_STATES).first()


def sent_of_openings(cases: "Sequence[Case]") -> dict[UUID, dict[UUID, str]]:
    """By case the units that were sent since it was opened last, with their roles. One query."""
    begun = {case.pk: case.reopened_at for case in cases}
    found: dict[UUID, dict[UUID, str]] = {}
    for case_id, unit_id, role, at in Order.objects.filter(case__in=list(begun)).values_list(
        "case_id", "unit_id", "role", "sent_at"
    ):
        since = begun[case_id]
        if since is None or at >= since:
            roles = found.setdefault(case_id, {})
            roles[unit_id] = OrderRole.LEAD.value if OrderRole.LEAD in (role, roles.get(unit_id)) else role
    return found


def said_not_ours(case: Case) -> set[UUID]:
    """The units that sent an order of this case back because the matter is not theirs."""
    returns = OrderEntry.objects.filter(order__case=case, order__state=OrderState.RETURNED, act=OrderAct.RETURN)
    return {entry.order.unit_id for entry in returns.select_related("order") if entry.data.get("reason") == ReturnReason.NOT_OURS}


@dataclass(frozen=True)
class Owners:
    """Whose the matter may be: who leads, and who assists: the owner of the place, then those of likely causes."""

    lead: "Organisation | None"
    assisting: "tuple[Organisation, ...]"

    @property
    def all(self) -> "tuple[Organisation, ...]":
        """Who leads, then who assists."""
        return (*([self.lead] if self.lead else ()), *self.assisting)


def owners_of(case: Case, *, at: datetime) -> Owners:
    """The owners that a case concerns: see `owners_of_all`."""
    return owners_of_all([case], at=at)[case.pk]


def owners_of_all(cases: "Sequence[Case]", *, at: datetime) -> dict[UUID, Owners]:
    """The owners that these cases concern, bodies and diagnoses looked up once. Gas in a well is the gas company's matter whoever
    owns the well, until a measurement excludes it; `at`: by whose hours duties hold.
    """
    diagnoses = newest_diagnoses([case.lead_id for case in cases if case.lead_id])
    with_duty = cache(lambda lifeline, region: bodies_with_duty(kind="owner", lifeline=lifeline, region_code=region, at=at))
    by_code = cache(organisation_by_code)
    return {case.pk: _owners(case, diagnoses.get(case.lead_id) if case.lead_id else None, with_duty, by_code) for case in cases}


def _owners(
    case: Case,
    diagnosis: Any,
    with_duty: "Callable[[str, str], list[Organisation]]",
    by_code: "Callable[[str, str], Organisation | None]",
) -> Owners:
    asset = asset_of(case)
    owner = asset.owner if asset is not None else None
    lifeline = lifeline_of(case)
    found = [*(with_duty(lifeline, case.region_code)[:1] if lifeline else ()), *([owner] if owner else [])]
    least = orders_policy(case.region_code, case.opened_at).assist_from_probability
    for one in diagnosis.result["hypotheses"] if diagnosis else ():
        body = by_code(one["owner"], case.region_code) if one["owner"] and one["probability"] >= least else None
        found += [body] if body is not None else []
    ordered = list({body.pk: body for body in found}.values())
    return Owners(ordered[0] if ordered else None, tuple(ordered[1:]))
