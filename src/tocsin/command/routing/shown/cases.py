"""What each recipient reads of a case, and lines of the time line that tell of notices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.shown.titles import title_of
from tocsin.command.routing.rules import Novelty, Why
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import CALL_NAMES, Notice, upward_lines, why_name
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.screens.timeline import time_lines
from tocsin.screens.words import in_language, short_moment
from tocsin.warning.face import CHECKS, AlarmWords, cause_label, check_words, loaded_alarm

type Lines = Callable[[Notice], Iterable[str]]

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
        told = [f"{in_language(one)} ({why_name(one['why'])})" for one in figures.get("bodies", [])]
        return {"bodies": pgettext("between items of a list", ", ").join(told)}
    words = {"body": in_language(figures.get("body", {})), "said_by": str(figures.get("said_by", ""))}
    return words | ({"fate": str(CALL_NAMES[Fate(figures["fate"])])} if act == "called" else {})


LINES = time_lines(
    {
        "told": gettext_lazy("Told: %(bodies)s"),
        "called": gettext_lazy("Telephone, %(body)s: %(fate)s"),
        "notice_signed": gettext_lazy("%(body)s has signed: %(said_by)s"),
        "link_seen": gettext_lazy("%(body)s: seen by a link that others can read, as %(said_by)s (no answer)"),
        "reported": gettext_lazy("%(body)s reports, by %(said_by)s"),
        "seen_to": gettext_lazy("Nobody could be told at %(body)s; a person sees to it"),
    },
    _line_figures,
)


def case_texts(notices: Sequence[Notice], lines: Lines, head: Mapping[UUID, str] | None = None) -> dict[UUID, str]:
    """By the notice's id: the case, the head of the notice, whom it stands for, its own lines, the words of its author."""
    ids = {notice.subject_id for notice in notices if notice.subject_kind == CASE and notice.subject_id is not None}
    cases = Case.objects.select_related(*loaded_alarm("lead")).in_bulk(ids)
    found: dict[UUID, str] = {}
    for notice in notices:
        case = cases.get(notice.subject_id) if notice.subject_id is not None else None
        told = [_where(case)] if case is not None else []
        told += [head[notice.pk]] if head and notice.pk in head else []
        told += [*upward_lines(notice), *lines(notice), str(notice.figures.get("text") or "")]
        found[notice.pk] = "\n".join(line.strip() for line in told if line)
    return found


def told_texts(notices: Sequence[Notice]) -> dict[UUID, str]:
    """What those read whom a case concerns."""
    return case_texts(notices, _told)


def _told(notice: Notice) -> Iterable[str]:
    figures = notice.figures
    if into := figures.get("into"):
        return [_("This matter goes on under the number %(number)s.") % {"number": into}]
    if figures.get("over"):
        return [_("This case is over.")]
    lines = [_("The level has risen.")] if figures.get("news") == Novelty.RAISED else []
    why = figures.get("as", notice.why)
    asked = _ASKED.get(Why(why)) if why in set(Why) else None
    lines += [str(asked)] if asked else []
    lines += [_cause(*one) for one in figures.get("causes", [])]
    return [*lines, *questions(notice)]


def _cause(cause: str, percent: int, asset_code: str) -> str:
    cause_there = " ".join(filter(None, (cause_label(cause), asset_code)))
    return _("Possible cause: %(cause)s, %(percent)s %%.") % {"cause": cause_there, "percent": percent}


def questions(notice: Notice) -> Iterable[str]:
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
    words = AlarmWords.from_orm(case.lead) if case.lead else None
    title, place = (words.title, words.place) if words else (title_of(case.title, case.matter), case.place)
    told = {"title": title, "place": place, "time": short_moment(case.begun_at)}
    return _("%(title)s. Place: %(place)s. Since %(time)s.") % told
