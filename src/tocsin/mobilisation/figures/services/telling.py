"""Whoever publishes figures, in any area, is told of a new edition and of a corrected one."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.jurisdiction.face import people_who_may_anywhere
from tocsin.mobilisation.figures.queries.editions import editions
from tocsin.mobilisation.figures.rules import rights
from tocsin.mobilisation.figures.rules.periods import read_period
from tocsin.mobilisation.figures.rules.telling import FIGURES, PUBLISHES
from tocsin.notices.face import Directory, Draft, write_all

if TYPE_CHECKING:
    from tocsin.mobilisation.figures.models import FigureEdition


def tell_of_edition(edition: "FigureEdition", *, now: datetime) -> None:
    """Desks and their heads, once. In the caller's transaction, with the edition saved.

    Of a first edition of a period that lies before one that is out already (all that was published when the installation began)
    nobody is told.
    """
    if edition.number == 1 and not _is_newest(edition):
        return
    figures = {"period": edition.period, "edition": edition.number, "reason": edition.reason}
    drafts = [
        Draft(FIGURES, PUBLISHES, False, f"figures-{edition.pk}-{one.pk}", person=one, figures=figures)
        for one in people_who_may_anywhere(rights.PUBLISH)
    ]
    write_all(drafts, Directory(now))


def _is_newest(edition: "FigureEdition") -> bool:
    """Whether no period of its length that ended later was published."""
    own = read_period(edition.period)
    others = [read_period(one.period) for one in editions() if one.pk != edition.pk]
    return own is not None and all(one is None or one.months != own.months or one.end < own.end for one in others)
