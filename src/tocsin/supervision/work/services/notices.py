"""What is told of episodes, in words, where it is acted upon, and what follows from a delivery."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import listed, short_moment
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.rules import OWN_FIRM
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.rules.episodes import EpisodeState
from tocsin.supervision.work.rules.told import INSPECTION, INSPECTOR, LOST, OBJECTION, OUTCOME, PROPOSAL, QUESTION
from tocsin.supervision.work.shown.names import EPISODE_STATES, kind_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tocsin.notices.face import Notice


def note_delivered(notices: "Sequence[Notice]", now: datetime) -> None:
    """A question has reached its firm: the time to answer runs from here. In the transaction of the delivery."""
    for one in notices:
        if one.why == OWN_FIRM:
            due = now + timedelta(minutes=float(one.figures["minutes"]))
            waits = Episode.objects.filter(pk=one.figures["episode"], state=EpisodeState.ASKED.value, delivered_at__isnull=True)
            waits.update(delivered_at=now, due_at=due)


def _texts(line: "Callable[[Mapping[str, Any], str], str]") -> "Callable[[Sequence[Notice]], Mapping[UUID, str]]":
    def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
        return {
            one.pk: "\n".join([*upward_lines(one), line({**one.figures, **_words(one.figures)}, one.figures.get("as", one.why))])
            for one in notices
        }

    return texts


def _words(figures: Mapping[str, Any]) -> dict[str, str]:
    start = figures.get("start")
    return {"kind": kind_name(figures["kind"]) if "kind" in figures else "", "time": short_moment(start) if start else ""}


def _question(figures: Mapping[str, Any], why: str) -> str:
    minutes = float(figures["minutes"])
    span = _("%(count)d minutes") % {"count": minutes} if minutes < 120 else _("%(count)d hours") % {"count": minutes / 60}
    told = {**figures, "span": span}
    if why == OWN_FIRM:
        return _("%(firm)s: %(kind)s, seen from %(time)s on. Please answer within %(span)s of this notice what it is.") % told
    return _("%(firm)s: %(kind)s, seen from %(time)s on. The firm has no account here: ask it by telephone.") % told


def _lost(figures: Mapping[str, Any], _why: str) -> str:
    told = _("%(firm)s: %(kind)s, since %(time)s. The firm has been asked what it is.") % figures
    names = list(figures["dependants"])
    if not names:
        return f"{told} {_('The networks know of nobody who depends on it.')}"
    more = [_("%(count)d more") % {"count": figures["more"]}] if figures["more"] else []
    return f"{told} {_('Nothing else feeds: %(names)s.') % {'names': listed(*names, *more)}}"


def _inspection(figures: Mapping[str, Any], _why: str) -> str:
    told = {**figures, "until": short_moment(figures["until"])}
    if figures.get("what") == "late":
        return _("%(firm)s: inspection %(number)s (%(kind)s) should have been done by %(until)s; named: %(people)s.") % told
    if figures.get("what") == "nobody":
        return _("%(firm)s: %(kind)s. An inspection is due by %(until)s and nobody could be named: send somebody.") % told
    if figures.get("what") == "remind":
        return _("%(firm)s: inspection %(number)s (%(kind)s) is due by %(until)s.") % told
    return _("%(firm)s: %(kind)s. Inspection %(number)s by %(people)s, due by %(until)s. Two kinds of evidence agree.") % told


def _proposal(figures: Mapping[str, Any], _why: str) -> str:
    return _("%(firm)s: %(kind)s is proposed as a breach. A second person confirms it, or says what it was.") % figures


def _outcome(figures: Mapping[str, Any], _why: str) -> str:
    outcome = EPISODE_STATES[EpisodeState(figures["outcome"])]
    told = {**figures, "outcome": str(outcome)}
    if figures.get("undone"):
        return _("%(firm)s: %(kind)s, from %(time)s. The decision “%(outcome)s” was undone.") % told
    return _("%(firm)s: %(kind)s, from %(time)s. Decided: %(outcome)s. A firm may object on this page.") % told


def _objection(figures: Mapping[str, Any], _why: str) -> str:
    if figures["what"] == "made":
        return _("%(firm)s objects to a verdict on its work: %(text)s Answer by %(until)s.") % {
            **figures,
            "until": short_moment(figures["until"]),
        }
    words = _("upheld") if figures["what"] == "upheld" else _("refused")
    return _("Your objection is %(answer)s: %(text)s") % {**figures, "answer": words}


def episode_page(notice: "Notice") -> str:
    """The episode's own page."""
    return reverse("episode", args=[notice.figures["episode"]])


def question_page(notice: "Notice") -> str:
    """Where the firm answers: its phone page; for others the episode."""
    return reverse("firm_phone") if notice.why == OWN_FIRM else episode_page(notice)


def inspection_page(notice: "Notice") -> str:
    """The inspection itself where one is planned, else the episode."""
    found = notice.figures.get("inspection")
    return reverse("inspection", args=[found]) if found else episode_page(notice)


def firm_page(notice: "Notice") -> str:
    """The firm's page of power and work."""
    return reverse("work_of_firm", args=[notice.figures["object"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            QUESTION,
            pgettext_lazy("purpose of a notice", "question about work"),
            texts=_texts(_question),
            page=question_page,
            acted_on=question_page,
            permissions=(rights.OWN, rights.INSPECT),
            on_delivered=note_delivered,
        ),
        PurposeCard(
            LOST,
            pgettext_lazy("purpose of a notice", "essential load lost"),
            texts=_texts(_lost),
            page=episode_page,
            acted_on=episode_page,
            permissions=(rights.INSPECT,),
        ),
        PurposeCard(
            INSPECTION,
            pgettext_lazy("purpose of a notice", "inspection demanded"),
            texts=_texts(_inspection),
            page=inspection_page,
            acted_on=inspection_page,
            permissions=(rights.INSPECT,),
        ),
        PurposeCard(
            PROPOSAL,
            pgettext_lazy("purpose of a notice", "second person asked for"),
            texts=_texts(_proposal),
            page=episode_page,
            acted_on=episode_page,
            permissions=(rights.LEAD,),
            stays=True,
        ),
        PurposeCard(
            OUTCOME,
            pgettext_lazy("purpose of a notice", "outcome of an episode"),
            texts=_texts(_outcome),
            page=episode_page,
            permissions=(rights.OWN, rights.INSPECT),
        ),
        PurposeCard(
            OBJECTION,
            pgettext_lazy("purpose of a notice", "objection to a verdict"),
            texts=_texts(_objection),
            page=firm_page,
            acted_on=firm_page,
            permissions=(rights.OWN, rights.INSPECT),
        ),
    ),
    reasons={INSPECTOR: pgettext_lazy("told as", "named for the inspection")},
)
