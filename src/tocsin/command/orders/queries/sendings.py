"""What a person has just sent, and until when it can be undone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings

from tocsin.command.casebook.models import CaseChange
from tocsin.command.orders.models import Order
from tocsin.command.orders.policy import orders_policy

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

SENDINGS: Final = ("order_sent", "order_lead")
"""Lines of the time line that can be undone."""


def undo_until(order: Order, sent_at: datetime) -> datetime:
    """Until when a sending can be undone, by the judging clock; the seconds of the policy are a person's."""
    seconds = orders_policy(order.case.region_code, order.case.opened_at).undo_s
    return sent_at + timedelta(seconds=seconds * max(1.0, settings.CONFIGURATION.clock.speed))


def just_sent(user: "Person", orders: Sequence[Order], *, now: datetime) -> dict[str, datetime]:
    """By number until when the reader can undo it, of what the reader has sent within the last seconds."""
    known = {one.number: one for one in orders}
    cases = {one.case_id for one in orders}
    found = CaseChange.objects.filter(case__in=cases, act__in=SENDINGS, actor=user.pk, undone_by__isnull=True)
    sent = [(known[one.figures["order"]], one.at) for one in found if one.figures["order"] in known]
    return {order.number: undo_until(order, at) for order, at in sent if undo_until(order, at) > now}
