"""The body that keeps a store is told which gear is to be run or inspected, and by when."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, Directory, Draft, Notice, PurposeCard, upward_lines, write_all
from tocsin.supplies.catalogue.rules import rights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.supplies.stock.models import Store
    from tocsin.supplies.upkeep.models import Upkeep

UPKEEP_NOTICE: Final = "supplies_upkeep"
KEEPER: Final = "supplies_upkeep_keeper"
DUE: Final = "due"
HELD: Final = "held"


def tell_of_due(store: "Store", rows: "Sequence[Upkeep]", now: datetime, *, held: bool = False) -> None:
    """One notice for what comes due in a store at this moment, or for what is held back from now on."""
    first = rows[0]
    figures = {
        "what": HELD if held else DUE,
        "store": store.name,
        "day": first.due_on.isoformat(),
        "gear": [f"{one.holding.item.name_zh} {one.holding.lot.number}" for one in rows[:10]],
        "count": len(rows),
    }
    key = f"supplies-upkeep-{figures['what']}-{store.pk}-{first.pk}-{first.due_on.isoformat()}"
    draft = Draft(UPKEEP_NOTICE, KEEPER, urgent=False, key=key, organisation=store.body, figures=figures)
    write_all([draft], Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the body reads."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one)]) for one in notices}


def _line(notice: Notice) -> str:
    words = {**notice.figures, "gear": ", ".join(notice.figures["gear"])}
    if notice.figures["what"] == HELD:
        return _("%(store)s: %(count)s lots of gear are overdue and can't be promised before they were run: %(gear)s.") % words
    return _("%(store)s: %(count)s lots of gear are to be run or inspected, the first by %(day)s: %(gear)s.") % words


def page(_notice: Notice) -> str:
    """The phone page."""
    return reverse("keeper_phone")


def desk_page(_notice: Notice) -> str:
    """The list at the desk."""
    return reverse("supply_upkeep")


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            UPKEEP_NOTICE,
            pgettext_lazy("purpose of a notice", "upkeep of gear"),
            texts=texts,
            page=desk_page,
            acted_on=page,
            permissions=(rights.KEEP, rights.LEAD),
        ),
    ),
    reasons={KEEPER: pgettext_lazy("told as", "keeps the gear")},
)
