"""Tasks on the page Today: of the firms of an area, and of the reader's own firm."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, trend_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.tasks import RUNNING_STATES, visible_tasks
from tocsin.supervision.tasks.rules.states import TaskState
from tocsin.supervision.tasks.shown.tasks import describe_task

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def running(user: "Actor", now: datetime, *, own: bool = False) -> PieceRead:
    """What is due today, what is overdue, and how many tasks were done on each of the last days."""
    tasks = visible_tasks(user).annotate(ends=Coalesce("deferred_to", "due_at"))
    open_now = tasks.filter(state__in=RUNNING_STATES, opens_at__lte=now)
    tomorrow = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time()))
    today = open_now.filter(ends__gt=now, ends__lte=tomorrow).order_by().count()
    late = open_now.filter(state=TaskState.OVERDUE.value).order_by().count()
    trend = trend_of(tasks, "done_at", now)
    page = reverse("tasks")
    pressing = open_now.filter(ends__lte=tomorrow)[:MOST_LINES]
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("due today"), str(today), f"{page}?state=open"),
            HomeFigure(_("overdue"), str(late), f"{page}?state=overdue", tone="red" if late else ""),
            HomeFigure(_("done in 7 days"), str(trend.this), f"{page}?state=done", trend.compared),
        ),
        lines=tuple(_line(one, own=own, now=now) for one in pressing),
        trend=trend,
        trend_words=_("Tasks done by day"),
        empty=not (today or late),
    )


def _line(task: Task, *, own: bool, now: datetime) -> HomeLine:
    end = task.deferred_to or task.due_at
    note = "" if own else task.object.name
    return HomeLine(describe_task(task).name, reverse("task", args=[task.pk]), note, end, end <= now)


PIECES: Final = (
    HomePiece(
        "tasks",
        pgettext_lazy("today", "Tasks of firms"),
        rights.SEE,
        "tasks",
        pgettext_lazy("today", "No task of a firm is due today, and none is overdue."),
        read=running,
    ),
    HomePiece(
        "own_tasks",
        pgettext_lazy("today", "Our safety tasks"),
        rights.OWN,
        "firm_phone",
        pgettext_lazy("today", "Nothing is due today. The tasks of the next days stand on our own page."),
        read=partial(running, own=True),
    ),
)
