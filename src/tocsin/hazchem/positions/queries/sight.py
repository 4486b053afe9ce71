"""Who sees where people are: their own firm always, command only while an incident at that firm is open."""

from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string

from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.positions.models import PositionTag
from tocsin.hazchem.positions.policy import position_policy
from tocsin.hazchem.positions.rules.rights import COMMAND, OWN
from tocsin.jurisdiction.face import may, reach, scope
from tocsin.supervision.face import SupervisedObject, require_firm, rows_of_visible, visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class FirmPlace:
    """A place of a firm: its own, or that of one of its units."""

    firm_id: UUID
    lon: float
    lat: float


type FirmsInIncident = Callable[[Sequence[FirmPlace], float], Set[UUID]]
"""Of firms by their places: those at which an incident is open, one being at a place when it is so near in metres.

`INCIDENTS_AT_FIRMS` of the catalogue names these functions.
"""


def rows_in_sight[Row: Model](queryset: QuerySet[Row], user: "Person", *, path: str = "object__") -> QuerySet[Row]:
    """Rows of firms whose people the user may see now; `path` leads to the firm."""
    own = rows_of_visible(queryset, user, path=path, permissions=(OWN,))
    firms = firms_of_incidents(user)
    return queryset.filter(Q(pk__in=own.values("pk")) | Q(**{f"{path}pk__in": firms})) if firms else own


def own_rows[Row: Model](queryset: QuerySet[Row], user: "Person", *, path: str = "object__") -> QuerySet[Row]:
    """Rows of the user's own firm, which only its own people change."""
    return rows_of_visible(queryset, user, path=path, permissions=(OWN,))


def own_firm(user: "Person", object_id: UUID) -> SupervisedObject:
    """The firm for writing; NotAllowed but for its own people."""
    firm = visible_objects(user).get(pk=object_id)
    require_firm(user, firm)
    return firm


def keeps(user: "Person", firm: SupervisedObject) -> bool:
    """Whether the user is of the firm's own people, who alone keep its tags and zones."""
    return may(user, OWN, firm.region_code, (firm.organisation_id,))


def firms_in_sight(user: "Person") -> QuerySet[SupervisedObject]:
    """Firms and sites whose people the user may see now."""
    rows = SupervisedObject.objects.filter(kind__in=("enterprise", "site"), active=True, merged_into__isnull=True)
    return rows_in_sight(rows, user, path="").order_by("name", "code")


def firms_of_incidents(user: "Person") -> frozenset[UUID]:
    """Firms with tags at which an incident is open, where the user commands; none for everybody else."""
    if not all(reach(user, one) for one in COMMAND):
        return frozenset()
    firms = SupervisedObject.objects.filter(pk__in=PositionTag.objects.values("object"))
    for permission in COMMAND:
        firms = scope(firms, user, permission)
    return incidents_at(list(firms.values_list("pk", flat=True)))


def incidents_at(firm_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the firms at which an incident is open, whoever asks."""
    places = places_of(firm_ids)
    found: set[UUID] = set()
    for name in settings.INCIDENTS_AT_FIRMS:
        ask: FirmsInIncident = import_string(name.replace(":", "."))
        found |= ask(places, position_policy().sight.incident_m)
    return frozenset(found)


def places_of(firm_ids: Collection[UUID]) -> list[FirmPlace]:
    """The places of firms and of their units, as far as they are known."""
    firms = SupervisedObject.objects.filter(pk__in=firm_ids)
    units = PlantUnit.objects.filter(object__in=firm_ids, active=True)
    rows = [*firms.values_list("pk", "lon", "lat"), *units.values_list("object", "lon", "lat")]
    return [FirmPlace(pk, lon, lat) for pk, lon, lat in rows if lon is not None and lat is not None]
