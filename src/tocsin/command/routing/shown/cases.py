"""What each recipient reads of a case, whole or redacted, and lines of the time line that tell of notices."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.clocks import STEP_NAMES
from tocsin.command.routing.rules import Novelty, Why
from tocsin.command.routing.shown.people import people_lines
from tocsin.command.routing.shown.reasons import why_name
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.fates import Purpose
from tocsin.notices.messages.shown import CALL_NAMES, recipient_name, subject_of
from tocsin.screens.timeline import time_lines
from tocsin.warning.face import CHECKS, AlarmWords, cause_label, check_words

_ASKED = {
    Why.SYMPTOM_OWNER: gettext_lazy("It rings at what you own or run: send somebody and say what is found."),
    Why.LIKELY_CAUSE_OWNER: gettext_lazy("The cause may be at your network: check, and answer."),
    Why.INDUSTRY_DEPARTMENT: gettext_lazy("You supervise this trade: follow how it is handled."),
    Why.LOCAL_GOVERNMENT: gettext_lazy("It is in your area: where it stays unclear whose it is, you keep it."),
    Why.CITY_DUTY: gettext_lazy("For the duty room of the city."),
    Why.FIRE_AND_RESCUE: gettext_lazy("Gas in a closed space: stand by."),
    Why.TRAFFIC_POLICE: gettext_lazy("Gas in a closed space: be ready to close the road."),
}


def _line_figures(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """The words of a line of the time line that tells of notices."""
    if act == "told":
        told = [f"{_named(one)} ({why_name(one['why'])})" for one in figures.get("bodies", [])]
        return {"bodies": pgettext("between items of a list", ", ").join(told)}
    words = {"body": _named(figures.get("body", {})), "said_by": str(figures.get("said_by", ""))}
    return words | ({"fate": str(CALL_NAMES[Fate(figures["fate"])])} if act == "called" else {})


LINES = time_lines(
    {
        "told": gettext_lazy("Told: %(bodies)s"),
        "called": gettext_lazy("Telephone, %(body)s: %(fate)s"),
        "notice_signed": gettext_lazy("%(body)s has signed: %(said_by)s"),
        "reported": gettext_lazy("%(body)s reports, by %(said_by)s"),
        "seen_to": gettext_lazy("Nobody could be told at %(body)s; a person sees to it"),
    },
    _line_figures,
)


def text_of(notice: Notice) -> str:
    """Everything, in this recipient's own words, the drill's mark first; never for public messengers."""
    if notice.purpose == Purpose.REACHABILITY:
        return _("Monthly test: please answer that you have read this. Nothing has happened.")
    if notice.purpose == Purpose.SUMMARY:
        return _("Cases: %(numbers)s. Open the notices on screen.") % {"numbers": ", ".join(notice.figures.get("cases", []))}
    lines = [_where(notice.case)] if notice.case else []
    if notice.order is not None and notice.purpose in (Purpose.ORDER, Purpose.STAND_BY):
        words = {"number": notice.order.number, "text": notice.order.text}
        stands_by = notice.purpose == Purpose.STAND_BY
        asked = _("Order %(number)s: others will dig beside your lines. Please sign that you stand by. %(text)s")
        lines.append((asked if stands_by else _("Order %(number)s: please sign for it. %(text)s")) % words)
    lines += _news(notice)
    lines += people_lines(notice)
    if text := notice.figures.get("text"):
        lines.append(str(text))
    told = "\n".join(line.strip() for line in lines if line)
    return f"{_('[DRILL]')} {told}" if notice.drill else told


def redacted_text_of(notice: Notice) -> str:
    """What a public messenger gets: no place, no code of a pipe, no name."""
    if notice.purpose in (Purpose.REACHABILITY, Purpose.SUMMARY):
        return text_of(notice)
    words = {"subject": subject_of(notice), "time": _time(notice.written_at)}
    return _("%(subject)s, %(time)s. Details on screen or by telephone.") % words


def _news(notice: Notice) -> list[str]:
    figures = notice.figures
    lines = []
    if notice.instead_of is not None:
        words = {"body": recipient_name(notice.instead_of)}
        lines.append(_("Nobody could be reached at %(body)s: please see to it that they are told.") % words)
    if into := figures.get("into"):
        return [*lines, _("This matter goes on under the number %(number)s.") % {"number": into}]
    if figures.get("over"):
        return [*lines, _("This case is over.")]
    if figures.get("news") == Novelty.RAISED:
        lines.append(_("The level has risen."))
    if "report" in figures:
        words = {"number": figures["report"], "time": _time(datetime.fromisoformat(figures["due_at"]))}
        lines.append(_("Report upward %(number)s waits for your signature; it is due at %(time)s.") % words)
    if "matters" in figures:
        lines.append(_("A shift waits for your signature; open matters: %(count)s.") % {"count": figures["matters"]})
    if "crew" in figures:
        lines.append(_("The crew of %(unit)s has not said that it is well.") % {"unit": _named(figures["crew"])})
    if last := figures.get("last_place"):
        words = {"lat": f"{last[1]:.5f}", "lon": f"{last[0]:.5f}", "time": _time(datetime.fromisoformat(last[2]))}
        lines.append(_("Last place: %(lat)s, %(lon)s at %(time)s.") % words)
    if "step" in figures and "percent" in figures:
        words = {"step": _step(figures["step"]), "percent": figures["percent"]}
        lines.append(_("%(step)s: %(percent)s %% of the time is over.") % words)
    if notice.purpose == Purpose.TOLD:
        why = figures.get("as", notice.why)
        asked = _ASKED.get(Why(why)) if why in set(Why) else None
        lines += [str(asked)] if asked else []
        lines += [_cause(*one) for one in figures.get("causes", [])]
        lines += _questions(notice)
    return lines


def _cause(cause: str, percent: int, asset_code: str) -> str:
    cause_there = " ".join(filter(None, (cause_label(cause), asset_code)))
    return _("Possible cause: %(cause)s, %(percent)s %%.") % {"cause": cause_there, "percent": percent}


def _questions(notice: Notice) -> Iterable[str]:
    """What this body can answer by telephone that would decide for or against its own causes."""
    if notice.organisation is None:
        return []
    causes = {cause for cause, *_rest in notice.figures.get("causes", [])}
    return [
        _("Please answer: %(question)s") % {"question": check_words(card)}
        for card in CHECKS.current().cards.values()
        if card.by_telephone and card.who == notice.organisation.code and causes & set(card.check.given)
    ]


def _where(case: Case) -> str:
    words = AlarmWords.from_orm(case.lead) if case.lead else case
    told = {"title": words.title, "place": words.place, "time": _time(case.begun_at)}
    return _("%(title)s. Place: %(place)s. Since %(time)s.") % told


def _step(step: str) -> str:
    return str(STEP_NAMES.get(Step(step), step)) if step in set(Step) else step


def _time(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "m-d H:i")


def _named(names: Mapping[str, Any]) -> str:
    return str(names.get("zh" if (get_language() or "zh").startswith("zh") else "en", ""))
