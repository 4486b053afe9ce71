"""What people are told of their own duty and of key posts, in words, and where that is acted upon."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from tocsin.jurisdiction.face import HOLE_NAMES
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.fates import Purpose
from tocsin.supervision.face import STATE_NAMES, role_name

_DUTY = {
    "shift": gettext_lazy("You are on duty at %(where)s: %(hours)s."),
    "swap_asked": gettext_lazy("%(name)s asks you to take the hours %(hours)s at %(where)s. Please answer under “My duty”."),
    "swap_agreed": gettext_lazy("%(name)s takes your hours %(hours)s at %(where)s."),
    "swap_refused": gettext_lazy("%(name)s does not take your hours %(hours)s at %(where)s: you stay on duty."),
    "swap_withdrawn": gettext_lazy("%(name)s has taken back the request for %(hours)s at %(where)s: nothing changes."),
}


def people_lines(notice: Notice) -> list[str]:
    """The lines of a notice about a roster, a roll call or a key post; none for any other."""
    if notice.purpose == Purpose.DUTY:
        return _of_roster(notice.figures)
    if notice.purpose == Purpose.ROLL_CALL:
        return _of_call(notice.figures)
    if notice.purpose == Purpose.QUALITY:
        return _of_noise(notice.figures)
    return _of_post(notice.figures) if notice.purpose == Purpose.PRESENCE else []


def page_of(notice: Notice) -> str:
    """The page of what the notice is about: its order, its case, where it is acted upon, else the inbox."""
    if notice.order is not None and notice.purpose in (Purpose.ORDER, Purpose.STAND_BY):
        return reverse("order", args=[notice.order.number])
    if notice.case is not None:
        return reverse("case", args=[notice.case.number])
    return address_of(notice) or reverse("notices")


def address_of(notice: Notice) -> str:
    """The page on which the reader acts; empty where the notice itself is all."""
    figures = notice.figures
    if notice.purpose == Purpose.DUTY:
        first = figures["holes"][0]["roster"]["id"] if figures["duty"] == "holes" else ""
        return reverse("roster", args=[first]) if first else reverse("own_duty")
    if notice.purpose == Purpose.ROLL_CALL:
        return reverse("own_calls")
    if notice.purpose == Purpose.QUALITY:
        return f"{reverse('quality')}?region={figures['region']}#noisy"
    if notice.purpose == Purpose.PRESENCE:
        return reverse("presence_of_firm", args=[figures["object"]]) if "object" in figures else reverse("presence")
    return ""


def _of_roster(figures: Mapping[str, Any]) -> list[str]:
    if figures["duty"] == "holes":
        lines = [_hole(one) for one in figures["holes"]]
        return [_("Nobody will be on duty at %(body)s:") % {"body": _in_language(figures["organisation"])}, *lines]
    where = _listed(_in_language(figures["organisation"]), _in_language(figures["roster"]))
    words = {"where": where, "hours": _hours(figures["hours"]), "name": figures.get("name", "")}
    lines = [str(_DUTY[figures["duty"]]) % words]
    if figures.get("in_return"):
        lines.append(_("In return: %(hours)s.") % {"hours": _hours(figures["in_return"])})
    return lines


def _of_call(figures: Mapping[str, Any]) -> list[str]:
    words = {"firm": figures["firm"], "until": _time(figures["until"])}
    again = [_("This is the second call.")] if figures["number"] > 1 else []
    return [*again, _("Roll call at %(firm)s: please answer by %(until)s that you are on post.") % words]


def _of_post(figures: Mapping[str, Any]) -> list[str]:
    if "list" in figures:
        count = len(figures["list"]) + figures["more"]
        head = ngettext(
            "%(count)d absence was found only after the shift had ended; nobody was called:",
            "%(count)d absences were found only after the shifts had ended; nobody was called:",
            count,
        )
        lines = [f"{_post(one)}, {_hours(one['hours'])}: {STATE_NAMES[one['state']]}" for one in figures["list"]]
        more = figures["more"]
        rest = [_("%(count)d more on the duty wall.") % {"count": more}] if more else []
        return [head % {"count": count}, *lines, *rest]
    if "late_since" in figures:
        words = {"post": _post(figures), "time": _time(figures["late_since"]), "body": _in_language(figures["looks"])}
        return [_("%(post)s: nobody is on post, and %(body)s has not looked by %(time)s.") % words]
    words = {"post": _post(figures), "state": str(STATE_NAMES[figures["state"]]), "time": _time(figures["until"])}
    return [_("%(post)s: %(state)s. Called and called again, no answer. Somebody has to look by %(time)s.") % words]


def _of_noise(figures: Mapping[str, Any]) -> list[str]:
    """The week's list in figures: how much of all that rang, and what the proposals would have taken away."""
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


def _post(figures: Mapping[str, Any]) -> str:
    return _listed(figures["firm"], role_name(figures["role"]))


def _hole(hole: Mapping[str, Any]) -> str:
    why = HOLE_NAMES.get(hole["why"], hole["why"])
    words = {"roster": _in_language(hole["roster"]), "hours": _hours(hole["hours"]), "why": why}
    return _("%(roster)s, %(hours)s: %(why)s") % words


def _listed(*names: str) -> str:
    return pgettext("between items of a list", ", ").join(names)


def _in_language(names: Mapping[str, Any]) -> str:
    return str(names.get("zh" if (get_language() or "zh").startswith("zh") else "en", ""))


def _hours(hours: list[str]) -> str:
    return "–".join(_time(one) for one in hours)


def _time(moment: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(moment)), "m-d H:i")
