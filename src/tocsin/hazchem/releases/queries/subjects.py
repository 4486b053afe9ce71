"""What an estimate is made for, as the subject above on the ladder tells it: a case; and what came of an estimate above."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import METRES_PER_DEGREE, distance_m
from tocsin.hazchem.installations.models import PlantEquipment
from tocsin.hazchem.installations.queries.units import visible_equipment
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.queries.estimates import visible_estimates

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_LOOKED_AT = 500


@dataclass(frozen=True)
class ReleaseSubject:
    """A case: `label` is its number."""

    kind: str
    id: UUID
    label: str


@dataclass(frozen=True)
class Followed:
    """What was done because of an estimate, in the reader's language: a warning, an order, a request of supplies."""

    name: str
    state: str
    page: str
    at: datetime
    css: str = ""


type FindReleaseSubject = Callable[["Person", str], ReleaseSubject]
"""By its number, for a reader; DoesNotExist for one out of reach. Named in the catalogue's `RELEASE_SUBJECTS`."""

type FindFollowed = Callable[["Person", ReleaseEstimate], list[Followed]]
"""What the reader may see of what was done. Named in the catalogue's `RELEASE_FOLLOWED_BY`."""


def subject_of(user: "Person", kind: str, label: str) -> ReleaseSubject | None:
    """What an estimate is made for; None where nothing is named. InvalidInput for a kind that nobody knows."""
    if not kind and not label:
        return None
    if kind not in settings.RELEASE_SUBJECTS:
        known = ", ".join(settings.RELEASE_SUBJECTS)
        raise InvalidInput(_("An estimate is made for one of these: %(kinds)s.") % {"kinds": known})
    find: FindReleaseSubject = import_string(settings.RELEASE_SUBJECTS[kind].replace(":", "."))
    return find(user, label)


def followed_by(user: "Person", row: ReleaseEstimate) -> list[Followed]:
    """All of it, the newest first."""
    finders: list[FindFollowed] = [import_string(name.replace(":", ".")) for name in settings.RELEASE_FOLLOWED_BY]
    return sorted((one for find in finders for one in find(user, row)), key=lambda one: one.at, reverse=True)


def estimates_of_subject(user: "Person", kind: str, ids: Collection[UUID]) -> QuerySet[ReleaseEstimate]:
    """Estimates for these cases that the user sees, the newest first."""
    return visible_estimates(user).filter(subject_kind=kind, subject_id__in=ids)


def equipment_at(
    user: "Person", *, sensors: Collection[UUID], lon: float | None, lat: float | None, within_m: float, most: int
) -> list[PlantEquipment]:
    """Equipment with substances that the user sees: that of these sensors' points first, then what stands near the place, the
    nearest first.
    """
    rows = visible_equipment(user).filter(held__isnull=False, unit__active=True).distinct()
    measured = list(rows.filter(points__sensor__in=list(sensors))[:most]) if sensors else []
    if lon is None or lat is None:
        return measured
    span = (lat - within_m / METRES_PER_DEGREE, lat + within_m / METRES_PER_DEGREE)
    close = Q(lat__range=span) | Q(unit__lat__range=span) | Q(unit__object__lat__range=span)
    near = []
    for one in rows.filter(close).exclude(pk__in=[one.pk for one in measured])[:MOST_LOOKED_AT]:
        spot = next(
            ((at.lon, at.lat) for at in (one, one.unit, one.unit.object) if at.lon is not None and at.lat is not None), None
        )
        if spot is not None and (metres := distance_m(lon, lat, *spot)) <= within_m:
            near.append((metres, one))
    return [*measured, *(one for _metres, one in sorted(near, key=lambda pair: pair[0]))][:most]
