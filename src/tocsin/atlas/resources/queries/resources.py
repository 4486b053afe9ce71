"""Resources as their reader may see them."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tocsin.atlas.resources.models import Contract, Delivery, Resource
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.rules.levels import OPEN, SharingLevel
from tocsin.jurisdiction.face import Person, may, may_anywhere, reach, scope

if TYPE_CHECKING:
    from tocsin.engine.deliveries.contract import Contract as Agreed

EVERYWHERE = "000000"


def resources_for(person: Person) -> QuerySet[Resource]:
    """The resources whose rows a person may read, by name.

    Public ones: whoever holds `resources.see` anywhere. Inner ones: where the permission is held over their region, or over an
    area within it, and within a body's bounds that body's own. Restricted ones: their owner's people, and who keeps them.
    """
    if not may_anywhere(person, rights.SEE):
        return Resource.objects.none()
    condition = Q(level=SharingLevel.PUBLIC.value)
    for one in reach(person, rights.SEE):
        within = Q(region_code__startswith=one.prefix) | Q(region_code__in=_above(one.prefix))
        if one.organisation_id is None:
            condition |= within & Q(level=SharingLevel.INNER.value)
        else:
            condition |= within & Q(owner=one.organisation_id)
    own = own_body(person)
    if own is not None:
        condition |= Q(owner=own) & _within(person)
    kept = scope(Resource.objects.all(), person, rights.KEEP, organisation_field="owner").values("pk")
    return Resource.objects.filter(condition | Q(pk__in=kept)).order_by("name_zh", "slug")


def own_body(person: Person) -> UUID | None:
    """The body whose person it is; a token that is narrowed to another one counts as that one's."""
    narrowed: UUID | None = getattr(person, "token_organisation_id", None)
    own: UUID | None = getattr(person, "organisation_id", None)
    return own if narrowed in (None, own) else None


def _within(person: Person) -> Q:
    condition = Q(pk__in=[])
    for one in reach(person, rights.SEE):
        condition |= Q(region_code__startswith=one.prefix) | Q(region_code__in=_above(one.prefix))
    return condition


def _above(prefix: str) -> list[str]:
    """The codes of the area itself and of those that govern it.

    >>> _above("370213")
    ['000000', '370000', '370200', '370213']
    """
    return [EVERYWHERE, *(prefix[:length].ljust(6, "0") for length in range(2, len(prefix[:6]) + 1, 2))]


def found_resources(
    person: Person,
    *,
    search: str = "",
    theme: str = "",
    owner: UUID | None = None,
    state: str = "",
    closed: bool = False,
) -> QuerySet[Resource]:
    """The register by name. Each word of a search is part of a name, of the slug, or of the description. `state`: `served`,
    `empty` or `broken` (a delivery is set aside).
    """
    rows = resources_for(person).select_related("owner", "contract").annotate(has_undecided=Exists(_undecided_of()))
    if not closed:
        rows = rows.filter(active=True)
    if theme:
        rows = rows.filter(theme=theme)
    if owner:
        rows = rows.filter(owner=owner)
    if state == "served":
        rows = rows.filter(good__isnull=False)
    elif state == "empty":
        rows = rows.filter(good=None)
    elif state == "broken":
        rows = rows.filter(pk__in=undecided().values("resource"))
    for word in search.split():
        rows = rows.filter(
            Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(slug__icontains=word) | Q(description__icontains=word)
        )
    return rows


def _undecided_of() -> QuerySet[Delivery]:
    return undecided().filter(resource=OuterRef("pk"))


def undecided() -> QuerySet[Delivery]:
    """Deliveries that are set aside, about which nobody has decided."""
    return Delivery.objects.filter(stage__in=OPEN)


def keeps(person: Person, resource: Resource) -> bool:
    """Whether the person keeps this resource."""
    return may(person, rights.KEEP, resource.region_code, (resource.owner_id,))


def visible_deliveries(person: Person) -> QuerySet[Delivery]:
    """Deliveries of resources that the person may read."""
    return Delivery.objects.filter(resource__in=resources_for(person).order_by().values("pk")).select_related("by", "contract")


def contract_of(contract: Contract | None) -> "Agreed | None":
    """What the contract promises; None where there is none yet."""
    from tocsin.engine.deliveries.odcs import read_contract

    return None if contract is None else read_contract(contract.text)
