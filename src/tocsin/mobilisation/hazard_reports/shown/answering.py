"""The answer to a reporter as a draft: what was found and done, from what was written down; a person changes and sends it."""

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tocsin.mobilisation.hazard_reports.rules.states import ReportAct, ReportState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry


def draft_answer(report: "HazardReport", entries: "Iterable[ReportEntry]") -> str:
    """Sentences in the reporter's language. Nothing that the reporter may not read goes into them: no inner note, no name."""
    told = [one for one in entries if not one.inward]
    checked = next((one for one in reversed(told) if one.act == ReportAct.CHECK), None)
    handled = next((one for one in reversed(told) if one.act == ReportAct.HANDLE), None)
    with translation.override(report.language):
        lines = [_("Thank you for your report about %(about)s.") % {"about": report.firm or report.place or report.number}]
        if checked is not None:
            words = {"day": date_format(localtime(checked.at), "Y-m-d"), "found": _found(ReportState(checked.figures["verdict"]))}
            lines.append(_("It was checked on %(day)s: %(found)s.") % words)
        if handled is not None and handled.text:
            lines.append(_("What was done: %(words)s") % {"words": handled.text})
        return "\n".join(lines)


def _found(verdict: ReportState) -> str:
    match verdict:
        case ReportState.TRUE:
            return _("what you reported is true")
        case ReportState.PARTLY_TRUE:
            return _("what you reported is partly true")
        case _:
            return _("what you reported was not found there")
