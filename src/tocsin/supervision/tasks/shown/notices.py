"""What a firm is told of its tasks, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.tasks.rules.acts import TaskAct
from tocsin.supervision.tasks.rules.telling import DEFERRAL, OWN_FIRM, TASKS
from tocsin.supervision.tasks.shown.tasks import told_end

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.notices.face import Notice


def task_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """The tasks of a day, or what was decided about one."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def task_page(notice: "Notice") -> str:
    """The firm's own page, on the task where it is about one."""
    one = notice.figures.get("task", {}).get("id", "")
    return f"{reverse('firm_phone')}#{one}" if one else reverse("firm_phone")


def _lines(figures: Mapping[str, Any]) -> list[str]:
    if "decision" in figures:
        return _decided(figures)
    groups = (
        ("overdue", _("Overdue, can still be done late:")),
        ("soon", _("Ends soon:")),
        ("new", _("New today:")),
    )
    lines = [_("Safety tasks of %(firm)s") % {"firm": figures["firm"]}]
    for name, head in groups:
        if figures[name]:
            lines += [head, *(_one(row) for row in figures[name])]
    return [*lines, _("%(count)d more on the page.") % {"count": figures["more"]}] if figures["more"] else lines


def _decided(figures: Mapping[str, Any]) -> list[str]:
    task = figures["task"]
    words = {"task": task_name(task["rule"], task["version"]), "until": _end(figures["until"]) if figures["until"] else ""}
    match TaskAct(figures["decision"]):
        case TaskAct.GRANT_DEFERRAL:
            head = _("%(task)s: more time is granted, until %(until)s.") % words
        case TaskAct.REFUSE_DEFERRAL:
            head = _("%(task)s: more time is refused; its end stays.") % words
        case _:
            head = _("%(task)s: exempt, it counts nowhere.") % words
    return [head, *([figures["words"]] if figures["words"] else [])]


def deferral_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What a firm asks for."""
    return {one.pk: "\n".join([*upward_lines(one), *_asked(one.figures)]) for one in notices}


def deferral_page(notice: "Notice") -> str:
    """The task, where it is granted or refused."""
    return reverse("task", args=[notice.figures["task"]["id"]])


def _asked(figures: Mapping[str, Any]) -> list[str]:
    task = figures["task"]
    words = {
        "firm": figures["firm"],
        "task": task_name(task["rule"], task["version"]),
        "end": _end(task["end"]),
        "until": _end(figures["until"]),
    }
    return [_("%(firm)s asks for more time for “%(task)s” (until %(end)s): until %(until)s.") % words, figures["words"]]


def _one(row: Mapping[str, str]) -> str:
    words = {"task": task_name(row["rule"], row["version"]), "end": _end(row["end"])}
    return "· " + pgettext("a task and its end", "%(task)s, until %(end)s") % words


def _end(moment: str) -> str:
    return told_end(datetime.fromisoformat(moment))


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            DEFERRAL,
            pgettext_lazy("purpose of a notice", "more time asked for"),
            texts=deferral_texts,
            acted_on=deferral_page,
            permissions=(rights.LEAD,),
        ),
        PurposeCard(
            TASKS,
            pgettext_lazy("purpose of a notice", "safety tasks"),
            texts=task_texts,
            acted_on=task_page,
            permissions=(rights.OWN,),
            stays=True,
        ),
    ),
    reasons={OWN_FIRM: pgettext_lazy("told as", "the firm itself")},
)
