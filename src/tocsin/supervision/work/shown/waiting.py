"""What waits for somebody about work: questions to answer, episodes to decide, breaches to confirm, objections to answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.models import Episode, WorkObjection
from tocsin.supervision.work.queries.episodes import proposer_of
from tocsin.supervision.work.rules.episodes import EpisodeState
from tocsin.supervision.work.shown.names import kind_name
from tocsin.supervision.work.shown.objections import describe_objection

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

_DECIDE = (EpisodeState.FOUND, EpisodeState.ANSWERED, EpisodeState.UNANSWERED)


def questions(user: "Actor", _now: datetime) -> QuerySet[Episode]:
    """Questions to the user's own firm that it has not answered."""
    asked = _open(EpisodeState.ASKED, EpisodeState.UNANSWERED)
    return rows_of_visible(asked, user, permissions=(rights.OWN,)).order_by("due_at")


def to_decide(user: "Actor", _now: datetime) -> QuerySet[Episode]:
    """Episodes of which somebody must say what they were, or send somebody."""
    return scope(_open(*_DECIDE).filter(due_at__isnull=False), user, rights.INSPECT).order_by("due_at")


def to_confirm(user: "Actor", _now: datetime) -> list[Episode]:
    """Breaches that another person has proposed: the user is the second one."""
    proposed = scope(_open(EpisodeState.PROPOSED), user, rights.LEAD).order_by("due_at")
    return [one for one in proposed if proposer_of(one) != user.pk]


def objections(user: "Actor", _now: datetime) -> QuerySet[WorkObjection]:
    """Objections of firms that nobody has answered."""
    waiting = WorkObjection.objects.filter(upheld=None).select_related("object", "episode", "made_by", "decided_by")
    return scope(waiting, user, rights.LEAD).order_by("due_at")


def _open(*states: EpisodeState) -> QuerySet[Episode]:
    return Episode.objects.filter(state__in=[one.value for one in states]).select_related("object")


def _tell(episode: Episode) -> Waiting:
    about = listed(episode.object.name, kind_name(episode.kind))
    return Waiting(about, reverse("episode", args=[episode.pk]), episode.detected_at, episode.due_at)


def _tell_question(episode: Episode) -> Waiting:
    about = listed(episode.object.name, kind_name(episode.kind))
    return Waiting(about, reverse("firm_phone"), episode.delivered_at or episode.detected_at, episode.due_at)


def _tell_objection(row: WorkObjection) -> Waiting:
    told = describe_objection(row)
    address = f"{reverse('work_of_firm', args=[row.object_id])}#objections"
    return Waiting(listed(told.object, told.about), address, row.made_at, row.due_at)


WAITING: Final = (
    WaitingKind(
        "work_question",
        pgettext_lazy("what waits", "Question about work: answer"),
        (rights.OWN,),
        found=questions,
        tell=_tell_question,
    ),
    WaitingKind(
        "episode", pgettext_lazy("what waits", "Episode: say what it was"), (rights.INSPECT,), found=to_decide, tell=_tell
    ),
    WaitingKind(
        "breach", pgettext_lazy("what waits", "Breach proposed: confirm or not"), (rights.LEAD,), found=to_confirm, tell=_tell
    ),
    WaitingKind(
        "work_objection",
        pgettext_lazy("what waits", "Objection to a verdict: answer"),
        (rights.LEAD,),
        found=objections,
        tell=_tell_objection,
    ),
)
