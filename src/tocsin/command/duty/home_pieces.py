"""The desk on the page Today: cases by their next clock, and the shift with its hand-over."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.cases import OPEN
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.clocks import STEP_NAMES
from tocsin.command.duty.queries import open_handover, unkept_desk
from tocsin.command.shifts.models import Shift
from tocsin.command.shifts.queries import own_desk
from tocsin.jurisdiction.face import scope
from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, trend_of
from tocsin.screens.words import listed
from tocsin.warning.face import loaded_alarm

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def clocks(user: "Actor", now: datetime) -> PieceRead:
    """Running clocks of the open cases, the earliest due first, and how many cases were opened on each of the last days."""
    cases = scope(Case.objects.all(), user, rights.SEE)
    open_cases = cases.filter(state__in=OPEN).filter(Q(suspended_until=None) | Q(suspended_until__lte=now))
    running = Clock.objects.filter(case__in=open_cases.order_by().values("pk"), met_at=None, stopped_at=None)
    next_due = running.select_related("case__drill", "case__merged_into", *loaded_alarm("case__lead")).order_by("due_at", "id")
    late = running.filter(due_at__lte=now).order_by().count()
    trend = trend_of(cases.filter(drill=None), "opened_at", now)
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("open cases"), str(open_cases.order_by().count()), reverse("cases")),
            HomeFigure(_("steps late"), str(late), reverse("cases"), tone="red" if late else ""),
            HomeFigure(_("opened in 7 days"), str(trend.this), f"{reverse('cases')}?state=all", trend.compared),
        ),
        lines=tuple(_line(one, now) for one in next_due[:MOST_LINES]),
        trend=trend,
        trend_words=_("Cases by day"),
        empty=not open_cases.exists(),
    )


def _line(clock: Clock, now: datetime) -> HomeLine:
    case = describe_case(clock.case)
    address = reverse("case", args=[case.number])
    return HomeLine(listed(case.title, case.place), address, str(STEP_NAMES[Step(clock.step)]), clock.due_at, clock.due_at <= now)


def shift(user: "Actor", now: datetime) -> PieceRead | None:
    """The shift that the reader keeps with its hand-over, or the reader's own desk that nobody keeps; None without any desk."""
    if own_desk(user) is None:
        return None
    kept = Shift.objects.filter(officers=user.pk, ended_at=None).select_related("desk").first()
    if kept is None:
        desk = unkept_desk(user)
        lines = () if desk is None else (HomeLine(str(desk), reverse("duty_desk", args=[desk.pk]), _("nobody keeps it: begin")),)
        return PieceRead(lines=lines, empty=not lines)
    given = open_handover(kept)
    hours = max(0, round((now - kept.began_at).total_seconds() / 3600))
    if given is None:
        line = HomeLine(_("Hand over"), reverse("give_shift", args=[kept.pk]), str(kept.desk))
    else:
        line = HomeLine(_("Handed over: waits for the second signature"), reverse("handover", args=[given.pk]), str(kept.desk))
    begun = _("on duty since %(at)s, hours") % {"at": f"{timezone.localtime(kept.began_at):%m-%d %H:%M}"}
    return PieceRead(
        figures=(HomeFigure(begun, str(hours), reverse("duty_desk", args=[kept.desk_id])),),
        lines=(line,),
    )


PIECES: Final = (
    HomePiece(
        "clocks",
        pgettext_lazy("today", "Clocks of cases"),
        rights.SEE,
        "cases",
        pgettext_lazy("today", "No case is open."),
        read=clocks,
    ),
    HomePiece(
        "shift",
        pgettext_lazy("today", "My shift"),
        rights.KEEP,
        "duty",
        pgettext_lazy("today", "You keep no desk now. Take one over at the duty desk."),
        read=shift,
    ),
)
