"""What orders contribute to notices: an order to sign for, and what becomes of the order when its notice is answered."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.errors import NotAllowed
from tocsin.base.ids import new_id
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.order_states import ENDED, OrderState
from tocsin.command.casebook.services.log import open_book
from tocsin.command.orders.models import Order
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import enter
from tocsin.command.orders.shown import RETURN_REASONS
from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.services.notice_clocks import meet_clocks
from tocsin.command.routing.shown.cases import case_texts
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.face import may
from tocsin.notices.face import ActCard, Contribution, PurposeCard, Said, Standing
from tocsin.notices.messages.rules.subjects import ORDER
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> dict[UUID, str]:
    """What a unit reads of its order."""
    orders = Order.objects.in_bulk({notice.act_id for notice in notices if notice.act_id is not None})
    head = {}
    for notice in notices:
        order = orders.get(notice.act_id) if notice.act_id is not None else None
        if order is not None:
            asked = {
                Purpose.STAND_BY: _(
                    "Order %(number)s: others will dig beside your lines. Please sign that you stand by. %(text)s"
                ),
                Purpose.LEAD: _("Order %(number)s: you lead now. %(text)s"),
            }.get(Purpose(notice.purpose), _("Order %(number)s: please sign for it. %(text)s"))
            head[notice.pk] = asked % {"number": order.number, "text": order.text}
    return case_texts(notices, lambda _notice: (), head)


def page(notice: "Notice") -> str:
    """The page of the order; empty where the notice carries none."""
    return reverse("order", args=[notice.act_label]) if notice.act_id is not None else ""


def standing(notice: "Notice") -> Standing:
    """How far the order is."""
    order = _order(notice)
    return Standing(
        ended=OrderState(order.state) in ENDED,
        waits=order.state == OrderState.SENT,
        signed_as=order.accepted_as,
        returned=order.reason if order.state == OrderState.RETURNED else "",
    )


def require_work(actor: "User", notice: "Notice") -> None:
    """NotAllowed for a person who may not work on orders of the unit."""
    if not may(actor, rights.WORK, notice.region_code, (notice.act_body_id,)):
        raise NotAllowed(_("This needs the right to work on orders of %(unit)s.") % {"unit": _order(notice).unit})


def accept(notice: "Notice", actor: "User", said: Said) -> None:
    """The unit signs."""
    _enter(notice, actor, said, OrderAct.ACCEPT)


def give_back(notice: "Notice", actor: "User", said: Said, reason: str, text: str) -> None:
    """The unit sends the order back with a reason."""
    _enter(notice, actor, said, OrderAct.RETURN, reason=ReturnReason(reason), text=text)


def report(notice: "Notice", actor: "User", said: Said, text: str) -> None:
    """What the unit has to say."""
    _enter(notice, actor, said, OrderAct.NOTE, text=text)


def _order(notice: "Notice") -> Order:
    assert notice.act_id is not None  # noqa: S101 - cards are asked for acts that are there
    return Order.objects.get(pk=notice.act_id)


def _enter(notice: "Notice", actor: "User", said: Said, act: OrderAct, **data: Any) -> None:
    assert notice.act_id is not None  # noqa: S101 - cards are asked for acts that are there
    book = open_book(notice.region_code, actor=actor, channel=said.channel, now=current_time())
    name = "" if said.channel in ("console", "api") else said.name
    entry = NewAct(id=new_id(), subject_id=notice.act_id, act=act.value, at=book.now, data=EntryData(**data), said_by=name)
    enter(book, entry)


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            Purpose.ORDER,
            pgettext_lazy("purpose of a notice", "order"),
            texts=texts,
            page=page,
            signature=True,
            on_delivered=meet_clocks,
        ),
        PurposeCard(Purpose.LEAD, pgettext_lazy("purpose of a notice", "you lead"), texts=texts, page=page),
        PurposeCard(
            Purpose.STAND_BY,
            pgettext_lazy("purpose of a notice", "stand by while others dig"),
            texts=texts,
            page=page,
            signature=True,
        ),
    ),
    acts=(
        ActCard(
            ORDER,
            words=gettext_lazy("Order"),
            page=page,
            reasons={reason.value: words for reason, words in RETURN_REASONS.items()},
            standing=standing,
            require=require_work,
            accept=accept,
            give_back=give_back,
            report=report,
        ),
    ),
)
