"""A unit leads: it is told with its task, its own clocks begin, and whoever led before is waited for no more."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.rules.cases import own_limits
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.services import clocks
from tocsin.command.orders.queries.notices import act_of
from tocsin.command.orders.rules.acts import OrderAct, reached
from tocsin.command.routing.rules import Purpose, Why
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.notices import face as notices
from tocsin.notices.face import sending

if TYPE_CHECKING:
    from tocsin.command.casebook.services.log import Book
    from tocsin.command.orders.models import Order

STEPS: Final = {OrderAct.LEAVE: Step.LEAVE, OrderAct.ARRIVE: Step.ARRIVE, OrderAct.CONTROL: Step.CONTROL}
"""The steps of a lead unit that a case waits for by a clock."""


def take_lead(book: "Book", order: "Order", *, text: str) -> None:
    """The running order leads from now on, with these words above its own; the unit hears of it. What it has done counts."""
    order.role = OrderRole.LEAD.value
    order.text = "\n".join(filter(None, [text.strip(), order.text]))[:2000]
    order.save(update_fields=["role", "text"])
    begin_own_clocks(book, order)
    case = order.case
    count = case.changes.filter(act="order_lead").count()
    notices.write(
        subject_of(case),
        organisation=order.unit,
        purpose=Purpose.LEAD,
        why=Why.UNIT,
        urgent=case.level >= sending().urgent_level,
        key=f"lead-{order.pk}-{count}",
        figures={"order": order.number, "role": order.role},
        now=book.now,
        act=act_of(order),
        directory=directory_of(book),
    )


def leave_lead(book: "Book", order: "Order") -> None:
    """The order assists from now on."""
    order.role = OrderRole.ASSISTING.value
    order.save(update_fields=["role"])
    stop_own_clocks(book, order)


def begin_own_clocks(book: "Book", order: "Order") -> None:
    """What the unit that led before had done already is waited for anew from this unit, in full time; a clock of the case that
    still runs goes on as it is.
    """
    case = order.case
    limits = policy_of(case.policy).limits_of(AlarmLevel(case.level), own=own_limits(case.kind, case.origin_reference))
    done = reached(OrderState(order.state))
    own = {"case": case, "subject": str(case.reopenings or "")}
    met = set(Clock.objects.filter(**own, met_at__isnull=False).values_list("step", flat=True))
    for act, step in STEPS.items():
        if act not in done and step in met and step in limits:
            clocks.begin(case, step, order.number, now=book.now, limit=timedelta(minutes=limits[step]))


def meet_own_clocks(book: "Book", order: "Order") -> None:
    """The unit has come so far."""
    done = reached(OrderState(order.state))
    for act, step in STEPS.items():
        if act in done:
            clocks.meet(order.case, step, order.number, now=book.now)


def stop_own_clocks(book: "Book", order: "Order") -> None:
    """The unit is no longer waited for as the one that leads."""
    for step in STEPS.values():
        clocks.stop(order.case, step, order.number, now=book.now)
