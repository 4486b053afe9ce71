"""What waits about public warnings: those that another person has to issue, and drafts that came back."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning
from tocsin.mobilisation.public_warnings.queries.reach import open_rounds
from tocsin.mobilisation.public_warnings.rules.states import DRAFT, ISSUE, WarningState
from tocsin.mobilisation.public_warnings.shown.reach import town_words
from tocsin.mobilisation.public_warnings.shown.warnings import LEVEL_NAMES, headline_of
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import in_one_line

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _to_issue(user: "Actor", _now: datetime) -> "QuerySet[PublicWarning]":
    rows = PublicWarning.objects.filter(state=WarningState.ASKED).exclude(author_id=user.pk).defer("cap")
    return scope(rows, user, ISSUE).order_by("asked_at", "id")


def _came_back(user: "Actor", _now: datetime) -> "QuerySet[PublicWarning]":
    rows = PublicWarning.objects.filter(state=WarningState.DRAFT, author_id=user.pk).exclude(returned_reason="").defer("cap")
    return scope(rows, user, DRAFT).order_by("changed_at", "id")


def _tell(warning: PublicWarning) -> Waiting:
    about = in_one_line(headline_of(warning), str(LEVEL_NAMES[warning.level]))
    address = reverse("public_warning", args=[warning.pk])
    return Waiting(about, address, warning.asked_at or warning.changed_at, due=warning.expires_at)


def _silent(user: "Actor", _now: datetime) -> "QuerySet[DoorRound]":
    return open_rounds(user)


def _tell_rounds(rows: list[DoorRound]) -> list[Waiting]:
    names = town_words({row.town_code for row in rows})
    return [_round(row, names[row.town_code]) for row in rows]


def _round(row: DoorRound, town: str) -> Waiting:
    about = in_one_line(town, headline_of(row.warning))
    address = f"{reverse('door_rounds', args=[row.warning_id])}#town-{row.town_code}"
    return Waiting(about, address, row.found_at, due=row.warning.expires_at)


WAITING: Final = (
    WaitingKind(
        "silent_town",
        pgettext_lazy("what waits", "Public warning: knock on doors in a silent town"),
        (DRAFT,),
        found=_silent,
        tell_all=_tell_rounds,
    ),
    WaitingKind(
        "public_warning",
        pgettext_lazy("what waits", "Public warning: issue as the second person"),
        (ISSUE,),
        found=_to_issue,
        tell=_tell,
    ),
    WaitingKind(
        "public_warning_returned",
        pgettext_lazy("what waits", "Public warning: came back, mend it"),
        (DRAFT,),
        found=_came_back,
        tell=_tell,
    ),
)
