"""Orders of the reader's own unit on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import OF_THE_UNIT
from tocsin.command.casebook.rules.order_states import OrderState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import ENDED_STATES, visible_orders
from tocsin.jurisdiction.face import scope
from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, trend_of
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def orders(user: "Actor", now: datetime) -> PieceRead:
    """Running orders of the reader's own unit, the step first that is due first, and how many came on each of the last days."""
    running = Clock.objects.filter(
        Q(subject="") | Q(subject=OuterRef("number")),
        case=OuterRef("case"),
        step__in=[one.value for one in OF_THE_UNIT],
        met_at=None,
        stopped_at=None,
    )
    own = scope(visible_orders(user), user, rights.WORK, organisation_field="unit").filter(unit=user.organisation_id)
    open_now = own.exclude(state__in=ENDED_STATES)
    due = open_now.annotate(next_due=Subquery(running.order_by("due_at").values("due_at")[:1]))
    late = due.filter(next_due__lte=now).order_by().count()
    unsigned = open_now.filter(state=OrderState.SENT.value).order_by().count()
    trend = trend_of(own, "sent_at", now)
    first = list(due.order_by(F("next_due").asc(nulls_last=True), "sent_at")[:MOST_LINES])
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("to sign for"), str(unsigned), f"{reverse('orders')}?state=sent", tone="orange" if unsigned else ""),
            HomeFigure(_("with a step late"), str(late), reverse("orders"), tone="red" if late else ""),
            HomeFigure(_("running"), str(open_now.order_by().count()), reverse("orders")),
            HomeFigure(_("came in 7 days"), str(trend.this), f"{reverse('orders')}?state=all", trend.compared),
        ),
        lines=tuple(_line(one, now) for one in first),
        trend=trend,
        trend_words=_("Orders by day"),
        empty=not first,
    )


def _line(order: Order, now: datetime) -> HomeLine:
    case = describe_case(order.case)
    due: datetime | None = getattr(order, "next_due", None)
    about, address = listed(case.title, case.place), reverse("order", args=[order.number])
    return HomeLine(about, address, order.number, due, due is not None and due <= now)


PIECES: Final = (
    HomePiece(
        "orders",
        pgettext_lazy("today", "Orders of our unit"),
        rights.WORK,
        "orders",
        pgettext_lazy("today", "No order runs. Crews find new ones on their phone page, also without a network."),
        read=orders,
    ),
)
