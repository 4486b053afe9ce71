"""Who is told of a stop: the firm of its order and of what became of its resumption, whoever supervises it of what waits."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.stops.rules import OWN_FIRM, RESUMPTION, STOP_ORDER, SUPERVISES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.supervision.stops.models import StopOrder


def tell_of_order(order: "StopOrder", *, now: datetime) -> None:
    """The firm is asked to take the order; whoever supervises it is told that it is to be served. In the caller's transaction."""
    directory = Directory(now)
    served = [(OWN_FIRM, order.object.organisation), (SUPERVISES, supervisor_of(order.object, now))]
    _write(order, STOP_ORDER, served, "order", directory, urgent=True)


def tell_of_resumption(order: "StopOrder", what: str, *, words: str = "", now: datetime) -> None:
    """`asked` and `proposed` go to whoever supervises the firm, `approved` and `refused` to the firm."""
    directory = Directory(now)
    inward = what in ("asked", "proposed")
    to = (SUPERVISES, supervisor_of(order.object, now)) if inward else (OWN_FIRM, order.object.organisation)
    _write(order, RESUMPTION, [to], what, directory, words=words)


def end_of_order(order: "StopOrder", *, now: datetime) -> None:
    """The order is served: its notices wait for nobody any more."""
    rows = Notice.objects.filter(key__startswith=f"stop-{order.pk}-order-")
    supersede(rows, now=now)
    rows.filter(read_at__isnull=True).update(fate=Fate.SUPERSEDED.value)


def _write(
    order: "StopOrder",
    purpose: str,
    to: "list[tuple[str, Organisation | None]]",
    what: str,
    directory: Directory,
    *,
    words: str = "",
    urgent: bool = False,
) -> None:
    figures = {
        "what": what,
        "stop": str(order.pk),
        "number": order.number,
        "firm": order.object.name,
        "first": order.first.isoformat(),
        "last": order.last.isoformat() if order.last else "",
        "scope": order.scope,
        "day": order.resumed_on.isoformat() if order.resumed_on else order.proposal.get("first_day", ""),
        "words": words,
    }
    moment = f"{what}-{directory.at:%Y%m%d%H%M%S}" if purpose == RESUMPTION else what
    drafts = [
        Draft(purpose, why, urgent=urgent, key=f"stop-{order.pk}-{moment}-{why}", organisation=body, figures=figures)
        for why, body in to
        if body is not None
    ]
    if drafts:
        write_all(drafts, directory)
