"""What ends with a case or an order: nobody is asked any more, and whoever was told of the case hears that it is over."""

from typing import TYPE_CHECKING, Any, Final

from tocsin.base.ids import deterministic_id
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import ENDED
from tocsin.command.orders.models import Order
from tocsin.command.routing.rules import Why
from tocsin.command.routing.services import notice_clocks as services_notice_clocks
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages import services as notices
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.fates import PENDING, REACHED, Purpose
from tocsin.notices.messages.services import _FOR_SIGNATURE, silence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from tocsin.command.casebook.models import Case
    from tocsin.command.casebook.services.log import Book

_ENDED: Final = [state.value for state in ENDED]
_HEARD: Final = [fate.value for fate in (*REACHED, Fate.SENDING, Fate.UNCERTAIN)]  # or may have: what is in flight arrives
_ABOUT_STEPS: Final = (Purpose.REMIND, Purpose.ESCALATE, Purpose.SUPERVISE, Purpose.CHECK_IN)
_KEY: Final = "over-"


def end_order_notices(orders: "Iterable[Order]", *, now: "datetime") -> None:
    """These orders have ended: nobody signs for them any more, and nothing about them rings, also where it was handed over."""
    silence(Notice.objects.filter(order__in=[order.pk for order in orders]), now)


def tell_end(book: "Book", case: "Case") -> list[Notice]:
    """Whoever was told of the case hears that it is over, or under which number it goes on; nothing of it is tried any more, and
    nothing about its steps rings. A second call does nothing. Reports upward are owed whatever becomes of the case.
    """
    own = case.notices.exclude(purpose=Purpose.REPORT).exclude(key__startswith=_KEY)
    told = own.filter(purpose=Purpose.TOLD, organisation__isnull=False).exclude(why=Why.UPWARD)
    if case.reopened_at is not None:
        told = told.filter(written_at__gte=case.reopened_at)
    heard = told.filter(fate__in=_HEARD).select_related("organisation__region").order_by("written_at", "id")
    stopped = own.exclude(order__in=Order.objects.exclude(state__in=_ENDED))  # orders of a merged case go on in the other
    if case.state == CaseState.MERGED and case.merged_into is not None:
        elsewhere = case.merged_into.notices.filter(purpose=Purpose.TOLD).values("organisation_id")
        stopped = stopped.exclude(purpose=Purpose.TOLD, organisation__isnull=False, fate__in=PENDING) | stopped.filter(
            purpose=Purpose.TOLD, organisation__in=elsewhere
        )  # what others have not heard yet they would hear nowhere else
    notices.supersede(stopped, now=book.now)
    silence(stopped.filter(purpose__in=(*_FOR_SIGNATURE, *_ABOUT_STEPS)), book.now)
    stopped.filter(untold_at__isnull=False, seen_to_at__isnull=True).update(fate=Fate.SUPERSEDED.value)
    bodies: dict[UUID | None, Notice] = {one.organisation_id: one for one in heard}
    drafts = [_over(book, case, one) for one in bodies.values()]
    return notices.write_all(drafts, services_notice_clocks.directory_of(book)) if drafts else []


def take_back_end(case: "Case", *, now: "datetime") -> None:
    """The case goes on: who has not heard yet that it was over need not hear it."""
    notices.supersede(case.notices.filter(key__startswith=_KEY), now=now)


def _over(book: "Book", case: "Case", told: Notice) -> notices.Draft:
    figures: dict[str, Any] = {"over": True}
    if case.merged_into is not None:
        figures["into"] = case.merged_into.number
    key = f"{_KEY}{deterministic_id('over', case.pk, told.organisation_id, case.closed_at or book.now)}"
    return notices.Draft(Purpose.TOLD, told.why, False, key, case, told.organisation, figures=figures)
