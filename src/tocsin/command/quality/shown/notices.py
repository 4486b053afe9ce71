"""What those who lead a desk read of the week's noisy rules."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from tocsin.command.quality.shown.noisy import WAY_NAMES
from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.shown.cases import case_texts
from tocsin.engine.tuning import Way
from tocsin.notices.face import Contribution, PurposeCard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "dict[UUID, str]":
    """The week's list in figures."""
    return case_texts(notices, _lines)


def page(notice: "Notice") -> str:
    """The list itself, or the version that waits for a second person."""
    if "version" in notice.figures:
        return reverse("policy_version", args=[notice.figures["version"]])
    return f"{reverse('quality')}?region={notice.figures['region']}#noisy"


def _lines(notice: "Notice") -> list[str]:
    """The week's list in figures: how much of all that rang, and what the proposals would have taken away."""
    figures = notice.figures
    if "version" in figures:
        return [
            _("A noisy rule is to be made quieter (%(way)s): the version was tried and waits for a second person.")
            % {"way": WAY_NAMES[Way(figures["way"])]}
        ]
    begin, end = (datetime.fromisoformat(one) for one in figures["week"])
    words = {"week": f"{_day(begin)}–{_day(end - timedelta(days=1))}", "rang": figures["rang"], "alarms": figures["alarms"]}
    head = ngettext(
        "%(week)s: %(count)d rule was noisy, with %(rang)s of %(alarms)s alarms.",
        "%(week)s: %(count)d rules were noisy, with %(rang)s of %(alarms)s alarms.",
        figures["rules"],
    )
    lines = [head % {**words, "count": figures["rules"]}]
    if figures["proposed"]:
        told = {name: figures[name] for name in ("proposed", "before", "after")}
        proposed = _("%(proposed)s of them with quieter settings: %(after)s alarms in four weeks instead of %(before)s.")
        lines.append(proposed % told)
    return lines


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "m-d")


NOTICES = Contribution(
    purposes=(PurposeCard(Purpose.QUALITY, pgettext_lazy("purpose of a notice", "noisy rules"), texts=texts, acted_on=page),),
)
