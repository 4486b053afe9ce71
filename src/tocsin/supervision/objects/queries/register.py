"""The register as the reader may see it: objects, their people, where they stand."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import CharField, DateField, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import Person, Region, all_regions, may, reach, scope
from tocsin.supervision.objects.models import KeyPerson, LedgerDay, SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import CodeColour

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

COLOURS = tuple(one.value for one in CodeColour)


def visible_objects(user: Person) -> QuerySet[SupervisedObject]:
    """Objects in the areas whose register the user may see, and those of the user's own firm; without the absorbed ones."""
    return all_visible_objects(user).filter(merged_into__isnull=True)


def all_visible_objects(user: Person) -> QuerySet[SupervisedObject]:
    """The same with objects that were absorbed by a merge: their pages lead to the one that was kept."""
    return rows_of_visible(SupervisedObject.objects.select_related("competent", "organisation", "parent"), user, path="")


def rows_of_visible[Row: Model](
    queryset: QuerySet[Row],
    user: Person,
    *,
    path: str = "object__",
    permissions: "Collection[Permission]" = (rights.SEE, rights.OWN),
) -> QuerySet[Row]:
    """Rows that hang on objects, `path` leading to the object: those where the user holds one of the permissions.

    A permission bound to an organisation (`firm.work`) reaches the rows of that organisation's own objects.
    """
    held = [one for one in permissions if reach(user, one)]
    fields = {"field": f"{path}region_code", "organisation_field": f"{path}organisation"}
    if len(held) == 1:
        return scope(queryset, user, held[0], **fields)
    condition = Q(pk__in=[])
    for one in held:
        condition |= Q(pk__in=scope(queryset.model._base_manager.all(), user, one, **fields).values("pk"))
    return queryset.filter(condition)


_REGIONS: dict[str, Region] = {}


def region_name(code: str) -> str:
    """The name of an area as people say it; its code where none is known. Areas are read once: they have no other names later."""
    known = _REGIONS.get(code)
    if known is None:
        known = all_regions().filter(pk=code).first()
        if known is not None:
            _REGIONS[code] = known
    return str(known) if known is not None else code


def visible_people(user: Person) -> QuerySet[KeyPerson]:
    """People who answer for objects, where the user may know them: presence, the register's keepers, and one's own firm."""
    people = KeyPerson.objects.filter(active=True)
    return rows_of_visible(people, user, permissions=(rights.PRESENCE, rights.MANAGE, rights.OWN))


def key_people(firm_id: UUID, roles: Collection[str]) -> list[KeyPerson]:
    """Who answers for an object in one of these roles, by role and name, whoever may know it."""
    return list(KeyPerson.objects.filter(object=firm_id, role__in=roles, active=True).order_by("role", "name", "pk"))


def may_see_people(user: Person, supervised_object: SupervisedObject) -> bool:
    """May the user read who answers for this object?"""
    own = (supervised_object.organisation_id,)
    return any(may(user, one, supervised_object.region_code, own) for one in (rights.PRESENCE, rights.MANAGE, rights.OWN))


def with_colour(objects: QuerySet[SupervisedObject]) -> QuerySet[SupervisedObject]:
    """Annotated with `colour`, `colour_day` and `score` (hundredths) of the ledger's newest day, else of the day before.

    None where neither has a row: the ledger's key begins with the day, so that older days are not searched for many objects, and
    a night's run that is not through yet leaves the day before standing. Two queries.
    """
    newest = LedgerDay.objects.order_by("-day").values_list("day", flat=True).first()
    if newest is None:
        none = Value(None)
        return objects.annotate(
            colour=Cast(none, CharField()), colour_day=Cast(none, DateField()), score=Cast(none, IntegerField())
        )
    rows = [
        LedgerDay.objects.filter(day=day, object_id=OuterRef("pk")).order_by("-revision")
        for day in (newest, newest - timedelta(days=1))
    ]
    columns = {"colour": "colour", "colour_day": "day", "score": "score"}
    return objects.annotate(
        **{name: Coalesce(*(Subquery(one.values(column)[:1]) for one in rows)) for name, column in columns.items()}
    )


ORDERS: Final[dict[str, tuple[Any, ...]]] = {
    "score": (F("score").asc(nulls_last=True),),
    "best": (F("score").desc(nulls_last=True),),
    "region": ("region_code",),
    "newest": ("-created_at",),
}
"""How a list may be ordered besides by name; equal ones by name."""


@dataclass(frozen=True)
class Chosen:
    """What a list is narrowed to, and its order; empty texts and None narrow nothing."""

    search: str = ""
    region: str = ""
    trade: str = ""
    risk_class: str = ""
    kind: str = ""
    colour: str = ""
    directly_supervised: bool | None = None
    active: bool | None = True
    major_hazard: bool | None = None
    sort: str = ""


def object_names(object_ids: Collection[UUID]) -> dict[UUID, str]:
    """By id what objects are called. One query."""
    return dict(SupervisedObject.objects.filter(pk__in=object_ids).values_list("pk", "name"))


def search_objects(user: Person, chosen: Chosen) -> QuerySet[SupervisedObject]:
    """Visible objects, by name, as chosen, with their colours. The region counts with all below it."""
    found = visible_objects(user)
    if chosen.search:
        text = chosen.search.strip()
        found = found.filter(
            Q(name__icontains=text) | Q(code__icontains=text) | Q(credit_code__istartswith=text) | Q(address__icontains=text)
        )
    if chosen.region:
        found = found.filter(region_code__startswith=governing_prefix(chosen.region))
    for field in ("trade", "risk_class", "kind"):
        if value := getattr(chosen, field):
            found = found.filter(**{field: value})
    for flag in ("directly_supervised", "active", "major_hazard"):
        if (wanted := getattr(chosen, flag)) is not None:
            found = found.filter(**{flag: wanted})
    found = with_colour(found)
    if chosen.colour == CodeColour.GREY.value:
        found = found.filter(Q(**{"colour": chosen.colour}) | Q(**{"colour__isnull": True}))
    elif chosen.colour:
        found = found.filter(**{"colour": chosen.colour})
    return found.order_by(*ORDERS.get(chosen.sort, ()), "name", "code")


def regions_of_objects(user: Person) -> list[str]:
    """Codes of the areas that have a visible object: what a filter may offer."""
    return list(visible_objects(user).order_by("region_code").values_list("region_code", flat=True).distinct())


@dataclass(frozen=True)
class Colour:
    """The colour an object has, of which day, and its score in hundredths; grey without a day where the ledger knows nothing."""

    colour: CodeColour
    day: date | None
    score: int | None


def colour_of(object_id: UUID) -> Colour:
    """The newest colour of one object."""
    return colours_of([object_id])[object_id]


def colours_of(object_ids: Iterable[UUID]) -> dict[UUID, Colour]:
    """The newest colour of each."""
    wanted = list(object_ids)
    rows: list[Any] = list(with_colour(SupervisedObject.objects.filter(pk__in=wanted)))
    found = {row.pk: Colour(CodeColour(row.colour), row.colour_day, row.score) for row in rows if row.colour}
    return {one: found.get(one, Colour(CodeColour.GREY, None, None)) for one in wanted}


def ledger_until(supervised_object: SupervisedObject, until: date, *, days: int = 14) -> list[Colour]:
    """The object's colours of the last days up to and with `until`, oldest first; the newest revision of each day."""
    wanted = [until - timedelta(days=back) for back in range(days)]
    rows = LedgerDay.objects.filter(day__in=wanted, object=supervised_object).order_by("day", "revision")
    newest = {row.day: Colour(CodeColour(row.colour), row.day, row.score) for row in rows}
    return list(newest.values())


def parts_of(user: Person, supervised_object: SupervisedObject) -> QuerySet[SupervisedObject]:
    """Sites, places and equipment that belong to the object, as far as the user may see them."""
    return with_colour(visible_objects(user).filter(parent=supervised_object)).order_by("kind", "code")


def own_objects(user: Person) -> QuerySet[SupervisedObject]:
    """The objects of the user's own firm: of the organisation of the account."""
    organisation_id = getattr(user, "organisation_id", None)
    if organisation_id is None:
        return SupervisedObject.objects.none()
    return scope(
        SupervisedObject.objects.filter(merged_into__isnull=True, organisation_id=organisation_id),
        user,
        rights.OWN,
        organisation_field="organisation",
    )


def require_firm(actor: Person, firm: SupervisedObject) -> None:
    """NotAllowed unless the actor works for the object's own firm."""
    if not may(actor, rights.OWN, firm.region_code, (firm.organisation_id,)):
        raise NotAllowed(_("This needs the right to work for %(firm)s.") % {"firm": firm.name})
