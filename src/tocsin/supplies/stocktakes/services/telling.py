"""Who is told of a stock-take: the keepers when it is opened, who opened it when all is counted, and with who leads
supplies when the ledger was corrected by it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Contribution, Directory, Draft, Notice, PurposeCard, supersede, upward_lines, write_all
from tocsin.supplies.catalogue.rules import rights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.supplies.stocktakes.models import Stocktake

COUNT: Final = "supplies_count"
COUNTER: Final = "supplies_counter"  # as what: the body that keeps the store
OPENER: Final = "supplies_count_opener"
HEAD: Final = "supplies_count_head"


def tell_of_opening(take: "Stocktake", lines: int, now: datetime) -> None:
    """The body that keeps the store hears what is to be counted."""
    figures = {**_figures(take), "what": "opened", "lines": lines}
    draft = Draft(COUNT, COUNTER, urgent=False, key=f"stocktake-{take.pk}", organisation=take.store.body, figures=figures)
    write_all([draft], Directory(now))


def tell_of_finish(take: "Stocktake", now: datetime) -> None:
    """Whoever opened it hears that all is counted, once."""
    figures = {**_figures(take), "what": "finished"}
    draft = Draft(COUNT, OPENER, urgent=False, key=f"stocktake-{take.pk}-done", person=take.opened_by, figures=figures)
    write_all([draft], Directory(now))


def tell_of_booking(take: "Stocktake", differing: int, over: int, now: datetime) -> None:
    """The ledger was corrected: whoever opened it and whoever leads supplies there hears it, but not who booked it.

    `over`: lots that differed by more than the limit.
    """
    figures = {**_figures(take), "what": "booked", "differing": differing, "over": over, "by": str(take.closed_by)}
    people = {one.pk: one for one in (take.opened_by, *people_who_may(rights.LEAD, take.region_code)) if one != take.closed_by}
    drafts = [
        Draft(COUNT, HEAD, urgent=False, key=f"stocktake-{take.pk}-booked-{pk}", person=one, figures=figures)
        for pk, one in people.items()
    ]
    if drafts:
        write_all(drafts, Directory(now))


def end_telling(take: "Stocktake", now: datetime) -> None:
    """It is booked or dropped: nobody is asked any longer."""
    supersede(Notice.objects.filter(purpose=COUNT, key__startswith=f"stocktake-{take.pk}"), now=now)


def _figures(take: "Stocktake") -> dict[str, object]:
    return {"take": str(take.pk), "number": take.number, "store": take.store.name}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What is read of it."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one)]) for one in notices}


def _line(notice: Notice) -> str:
    words = {name: str(notice.figures.get(name, "")) for name in ("number", "store", "lines", "differing", "over", "by")}
    if notice.figures["what"] == "booked":
        corrected = _("Stock-take %(number)s of %(store)s is booked by %(by)s: the ledger was corrected at %(differing)s lots.")
        return f"{corrected} {_('%(over)s of them differed by more than the limit.')}" % words
    if notice.figures["what"] == "finished":
        return _("Stock-take %(number)s of %(store)s: all is counted. Look at the differences and book it.") % words
    return _("Stock-take %(number)s of %(store)s: %(lines)s lots are to be counted. The page on the phone works offline.") % words


def page(notice: Notice) -> str:
    """The stock-take at the desk."""
    return reverse("supply_stocktake", args=[notice.figures["take"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            COUNT,
            pgettext_lazy("purpose of a notice", "stock-takes"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.KEEP, rights.LEAD),
        ),
    ),
    reasons={
        COUNTER: pgettext_lazy("told as", "counts the store"),
        OPENER: pgettext_lazy("told as", "opened the stock-take"),
        HEAD: pgettext_lazy("told as", "answers for the ledger of supplies"),
    },
)
