"""What waits: somebody behind a door needs help, two results of a door differ, and one's own doors."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.mobilisation.public_warnings.shown.reach import town_words
from tocsin.mobilisation.public_warnings.shown.warnings import headline_of
from tocsin.mobilisation.rounds.models import Door, Walk
from tocsin.mobilisation.rounds.queries.walks import doors_to_help, is_over, newest_of, own_walks
from tocsin.mobilisation.rounds.rules.rights import KNOCK
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import in_one_line

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _helps(user: "Actor", _now: datetime) -> "QuerySet[Door]":
    return doors_to_help(user)


def _differ(user: "Actor", _now: datetime) -> "QuerySet[Door]":
    rows = Door.objects.filter(conflict=True).select_related("round__warning").defer("round__warning__cap")
    return scope(rows, user, DRAFT).order_by("at", "id")


def _own(user: "Actor", now: datetime) -> "list[Walk]":
    rows = own_walks(user, now=now).filter(finished_at=None)
    return [one for one in rows if not is_over(newest_of(one.round.warning), now)]


def _tell_doors(doors: list[Door]) -> list[Waiting]:
    names = town_words({one.round.town_code for one in doors})
    return [_door(one, names[one.round.town_code]) for one in doors]


def _door(door: Door, town: str) -> Waiting:
    about = in_one_line(town, door.place, door.words)
    address = f"{reverse('door_rounds', args=[door.round.warning_id])}#door-{door.pk}"
    return Waiting(about, address, door.help_at or door.at or door.round.found_at)


def _tell_walks(walks: list[Walk]) -> list[Waiting]:
    names = town_words({one.round.town_code for one in walks})
    return [_walk(one, names[one.round.town_code]) for one in walks]


def _walk(walk: Walk, town: str) -> Waiting:
    about = in_one_line(town, headline_of(walk.round.warning))
    return Waiting(about, f"{reverse('knocker_phone')}#{walk.pk}", walk.given_at, due=walk.round.warning.expires_at)


WAITING: Final = (
    WaitingKind(
        "door_help",
        pgettext_lazy("what waits", "Door: somebody needs help"),
        (DRAFT,),
        found=_helps,
        tell_all=_tell_doors,
    ),
    WaitingKind(
        "door_differs",
        pgettext_lazy("what waits", "Door: two results differ"),
        (DRAFT,),
        found=_differ,
        tell_all=_tell_doors,
    ),
    WaitingKind(
        "door_walk",
        pgettext_lazy("what waits", "Doors to knock on"),
        (KNOCK,),
        found=_own,
        tell_all=_tell_walks,
    ),
)
