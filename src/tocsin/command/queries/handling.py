"""What handling a case needs to know: how it ended, what closing asks, its clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from tocsin.command.models import Case, Clock, Declaration, Membership, Order, OrderEntry, Outcome
from tocsin.command.queries import family_of
from tocsin.command.queries.attached import files_of
from tocsin.command.rules import rights
from tocsin.command.rules.cases import OPEN_STATES
from tocsin.command.rules.orders import OrderAct, OrderRole, OrderState, StepVerdict
from tocsin.jurisdiction.queries import scope
from tocsin.warning.queries import findings_by_alarm

if TYPE_CHECKING:
    from tocsin.jurisdiction.queries import Person

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_SIGNED_MENDED = (OrderState.MENDED.value, OrderState.DONE.value)


@dataclass(frozen=True)
class ClosingPapers:
    """Which of the papers that closing asks for are there."""

    proof: bool
    unit_signed: bool
    finding: bool


def standing_outcome(case: Case) -> Outcome | None:
    """How the case ended, or how a person proposes that it should; None where nothing stands."""
    return Outcome.objects.filter(case=case, refused=False, ended_at__isnull=True).select_related("proposed_by").first()


def standing_declarations(case: Case) -> QuerySet[Declaration]:
    """The warning and the incident that stand upon the case."""
    return Declaration.objects.filter(case=case, ended_at__isnull=True).select_related("declared_by")


def closing_papers(case: Case) -> ClosingPapers:
    """What closing asks beside readings: proof (a photo or a document), the lead unit's signature, the finding; of the case and
    those that went into it, and of the time since it was opened again.
    """
    since = case.reopened_at or _EVER
    cases = family_of(case)
    entries = OrderEntry.objects.filter(order__case__in=cases, received_at__gte=since)
    led = Order.objects.filter(case__in=cases, role=OrderRole.LEAD, sent_at__gte=since)
    found = findings_by_alarm(Membership.objects.filter(case=case).values_list("alarm_id", flat=True))
    return ClosingPapers(
        proof=entries.filter(act=OrderAct.PHOTO).exists() or any(one.at >= since for one in files_of(case)),
        unit_signed=led.filter(state__in=_SIGNED_MENDED).exists(),
        finding=any(one.found_at >= since for one in found.values()) or entries.filter(act=OrderAct.FIND_CAUSE).exists(),
    )


def clocks_of(case: Case) -> QuerySet[Clock]:
    """All clocks of a case, the earliest due first."""
    return Clock.objects.filter(case=case)


@dataclass(frozen=True)
class Link:
    """One link of the chain from the first signal to the end, with the time at which it was reached."""

    name: str
    at: datetime | None


CHAIN: Final = ("received", "judged", "dispatched", "accepted", "arrived", "controlled", "mended", "closed")


def chain_of(case: Case) -> tuple[Link, ...]:
    """How far the case has come: 接报, 研判, 派单, 签收, 到场, 处置, 复核, 办结."""
    cases = family_of(case)
    orders = Order.objects.filter(case__in=cases).aggregate(
        dispatched=Min("sent_at"), accepted=Min("accepted_at", filter=Q(role=OrderRole.LEAD))
    )
    acts = {OrderAct.ARRIVE: "arrived", OrderAct.CONTROL: "controlled", OrderAct.MEND: "mended"}
    entries = OrderEntry.objects.filter(order__case__in=cases, order__role=OrderRole.LEAD, act__in=acts)
    times = {acts[OrderAct(act)]: at for act, at in entries.values_list("act").annotate(first=Min("at"))}
    known = {**orders, **times, "received": case.begun_at, "judged": case.touched_at, "closed": case.closed_at}
    return tuple(Link(name, known.get(name)) for name in CHAIN)


def next_clocks(case_ids: Iterable[UUID]) -> dict[UUID, Clock]:
    """By case the running clock that is due first. One query."""
    running = Clock.objects.filter(case_id__in=list(case_ids), met_at__isnull=True, stopped_at__isnull=True)
    return {clock.case_id: clock for clock in running.order_by("-due_at")}


def case_points(user: "Person") -> Iterable[dict[str, Any]]:
    """Open cases that the user may see, as plain columns for a map. One query."""
    names = ("id", "number", "state", "level", "drill_id", "title", "lon", "lat", "lead__lon", "lead__lat", "lead__quantity")
    found: Iterable[dict[str, Any]] = scope(Case.objects.filter(state__in=OPEN_STATES), user, rights.SEE).values(*names)
    return found


def is_verified(case: Case) -> bool:
    """Whether somebody has seen it for what it is: it is declared, or a crew has measured, controlled or found the cause."""
    seen = (OrderAct.READING, OrderAct.CONTROL, OrderAct.FIND_CAUSE)
    if case.declarations.filter(ended_at__isnull=True).exists():
        return True
    return OrderEntry.objects.filter(
        order__case=case, act__in=seen, verdict__in=[StepVerdict.GOES_ON, StepVerdict.STAYS]
    ).exists()
