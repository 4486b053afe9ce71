"""What is kept of whoever knocked on doors, for that person alone."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tocsin.mobilisation.rounds.models import Walk

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def own_door_walks(user: "User") -> Iterable[Mapping[str, Any]]:
    """Every walk with what the person entered; the doors are other people's and are told by number alone."""
    for one in Walk.objects.filter(walker=user).select_related("round").prefetch_related("entries").order_by("given_at"):
        yield {
            "town": one.round.town_code,
            "stretch": one.stretch,
            "given_at": one.given_at,
            "finished_at": one.finished_at,
            "taken_back_at": one.taken_back_at,
            "entries": [{"act": row.act, "at": row.at} for row in one.entries.all()],
        }
