"""What waits about planned works and silences: those that a second person has to confirm."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.warning.covers.models import Cover
from tocsin.warning.covers.queries import waits_for_second
from tocsin.warning.covers.shown.covers import kind_name

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def to_confirm(user: "Actor", now: datetime) -> list[Cover]:
    """What others have entered and is not over, where the user handles alarms; the one that begins first comes first."""
    rows = Cover.objects.filter(second__isnull=True, ended_at__isnull=True, ends_at__gt=now).exclude(author_id=user.pk)
    found = list(scope(rows, user, "alarms.handle").order_by("begins_at", "id")[:500])
    asked = waits_for_second(found)
    return [one for one in found if one.pk in asked]


def _tell(cover: Cover) -> Waiting:
    return Waiting(
        listed(kind_name(cover.kind), cover.what), reverse("cover", args=[cover.pk]), cover.created_at, due=cover.begins_at
    )


WAITING: Final = (
    WaitingKind(
        "cover",
        pgettext_lazy("what waits", "Planned work or silence: confirm as the second person"),
        ("alarms.handle",),
        found=to_confirm,
        tell=_tell,
    ),
)
