"""What handling a case needs to know: what closing asks, and the chain of its steps."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db.models import Min, Q

from tocsin.command.casebook.models import Case, Membership
from tocsin.command.casebook.queries.cases import family_of
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.queries.attached import files_of
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.warning.face import findings_by_alarm

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_SIGNED_MENDED = (OrderState.MENDED.value, OrderState.DONE.value)


@dataclass(frozen=True)
class ClosingPapers:
    """Which of the papers that closing asks for are there."""

    proof: bool
    unit_signed: bool
    finding: bool


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
