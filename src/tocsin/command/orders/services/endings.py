"""What ends with a case or an order: nobody is asked any more, and whoever was told of the case hears that it is over."""

from typing import TYPE_CHECKING, Final

from tocsin.base.ids import deterministic_id
from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import ENDED
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.notices import notices_of_orders
from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.notices import face as notices
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import silence
from tocsin.notices.messages.rules.fates import PENDING, REACHED, UPWARD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from tocsin.command.casebook.models import Case
    from tocsin.command.casebook.services.log import Book
    from tocsin.notices.face import Notice

_ENDED: Final = [state.value for state in ENDED]
_HEARD: Final = [fate.value for fate in (*REACHED, Fate.SENDING, Fate.UNCERTAIN)]  # or may have: what is in flight arrives
_FOR_SIGNATURE: Final = (Purpose.ORDER, Purpose.STAND_BY)
_ABOUT_STEPS: Final = (Purpose.REMIND, Purpose.ESCALATE, Purpose.SUPERVISE, Purpose.CHECK_IN)
_KEY: Final = "over-"


def end_order_notices(orders: "Iterable[Order]", *, now: "datetime") -> None:
    """These orders have ended: nobody signs for them any more, and nothing about them rings, also where it was handed over."""
    silence(notices_of_orders(orders), now)


def tell_end(book: "Book", case: "Case") -> "list[Notice]":
    """Whoever was told of the case hears that it is over, or under which number it goes on; nothing of it is tried any more, and
    nothing about its steps rings. A second call does nothing. Reports upward are owed whatever becomes of the case.
    """
    own = notices_of(case).exclude(purpose=Purpose.REPORT).exclude(key__startswith=_KEY)
    told = own.filter(purpose=Purpose.TOLD, organisation__isnull=False).exclude(why=UPWARD)
    if case.reopened_at is not None:
        told = told.filter(written_at__gte=case.reopened_at)
    heard = told.filter(fate__in=_HEARD).select_related("organisation__region").order_by("written_at", "id")
    stopped = own.exclude(
        act_id__in=Order.objects.exclude(state__in=_ENDED).values("pk")
    )  # orders of a merged case go on in the other
    if case.state == CaseState.MERGED and case.merged_into is not None:
        elsewhere = notices_of(case.merged_into).filter(purpose=Purpose.TOLD).values("organisation_id")
        stopped = stopped.exclude(purpose=Purpose.TOLD, organisation__isnull=False, fate__in=PENDING) | stopped.filter(
            purpose=Purpose.TOLD, organisation__in=elsewhere
        )  # what others have not heard yet they would hear nowhere else
    notices.supersede(stopped, now=book.now)
    silence(stopped.filter(purpose__in=(*_FOR_SIGNATURE, *_ABOUT_STEPS)), book.now)
    stopped.filter(untold_at__isnull=False, seen_to_at__isnull=True).update(fate=Fate.SUPERSEDED.value)
    bodies: dict[UUID | None, Notice] = {one.organisation_id: one for one in heard}
    drafts = [_over(book, case, one) for one in bodies.values()]
    return notices.write_all(drafts, directory_of(book)) if drafts else []


def take_back_end(case: "Case", *, now: "datetime") -> None:
    """The case goes on: who has not heard yet that it was over need not hear it."""
    notices.supersede(notices_of(case).filter(key__startswith=_KEY), now=now)


def _over(book: "Book", case: "Case", notice: "Notice") -> notices.Draft:
    figures: dict[str, object] = {"over": True}
    if case.merged_into is not None:
        figures["into"] = case.merged_into.number
    key = f"{_KEY}{deterministic_id('over', case.pk, notice.organisation_id, case.closed_at or book.now)}"
    return notices.Draft(Purpose.TOLD, notice.why, False, key, subject_of(case), notice.organisation, figures=figures)
