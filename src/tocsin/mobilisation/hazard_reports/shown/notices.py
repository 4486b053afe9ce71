"""What bodies and checkers are told of reports, in words, and where it is acted upon."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.telling import CHECKER, HANDLES, HAZARD_REPORT
from tocsin.notices.face import Contribution, PurposeCard, upward_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a report. It says nothing of the matter: a text message is read by others, too."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The report's own page."""
    return reverse("hazard_report", args=[notice.figures["report"]])


def _line(figures: Mapping[str, object]) -> str:
    match figures["matter"]:
        case "received":
            words = _("Report by the public %(number)s: decide whether it is accepted.")
            if figures.get("danger"):
                words = _("Report by the public %(number)s: danger to life. Look at it at once.")
        case "assigned":
            words = _("Report by the public %(number)s: you are one of its two checkers.")
        case "checked":
            words = _("Report by the public %(number)s has been checked: handle it and answer the reporter.")
        case "case_closed":
            words = _("Report by the public %(number)s: the case of the duty desk is closed. Handle it and answer the reporter.")
        case "malicious":
            words = _("Report by the public %(number)s is called malicious: a second person decides.")
        case "moved":
            words = _("Report by the public %(number)s was given to you: take it over or give it back.")
        case "given_back":
            words = _("Report by the public %(number)s came back: it is not the matter of the body to which it was given.")
        case "handed_late":
            words = _("Report by the public %(number)s was not taken over in time by the body to which it was given.")
        case "soon":
            words = _("Report by the public %(number)s: its time runs out soon.")
        case "late":
            words = _("Report by the public %(number)s: its time is over.")
        case "sign":
            words = _(
                "Report by the public %(number)s: the other checker has written down what was found. Sign it, or say otherwise."
            )
        case "photo":
            words = _("Report by the public %(number)s: a photo of it can be seen now, faces and number plates blurred.")
        case "gone":
            words = _("Report by the public %(number)s: the reporter says that the hazard is gone.")
        case "still_there":
            words = _("Report by the public %(number)s: the reporter says that the hazard is still there.")
        case "reopen":
            words = _("Report by the public %(number)s: the reporter asks to look again.")
        case _:
            words = _("Report by the public %(number)s: the reporter has written.")
    return words % figures


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            HAZARD_REPORT,
            pgettext_lazy("purpose of a notice", "report by the public"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.SEE, rights.CHECK),
        ),
    ),
    reasons={
        HANDLES: pgettext_lazy("told as", "handles the report"),
        CHECKER: pgettext_lazy("told as", "checks the report"),
    },
)
