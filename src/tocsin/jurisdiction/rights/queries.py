"""What a person holds, and everything that is cut to it."""

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet

from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.rights import rules
from tocsin.jurisdiction.rights.rules import Held, Permission, Reach, Role
from tocsin.screens.readiness import Sight

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

type Person = AbstractBaseUser | AnonymousUser

SYSTEM_ID = deterministic_id("user", "system")


@cache
def _accounts() -> "type[_User]":
    return get_user_model()


def _loaded(user: Person) -> "_User | None":
    """The account behind `request.user`, whose proxy would be asked at every look at a field; None for strangers."""
    found = getattr(user, "itself", None)
    return found if isinstance(found, _accounts()) else None


def held_by(user: Person) -> tuple[Held, ...]:
    """The roles a person holds, none for strangers and disabled accounts. Read once per loaded user: reload to see a change."""
    person = _loaded(user)
    return () if person is None else _held_by(person)


def _held_by(person: "_User") -> tuple[Held, ...]:
    if person.pk == SYSTEM_ID:
        return (Held(Role.AUTOMATION, person.acts_within),)
    if not person.is_active:
        return ()
    known: tuple[Held, ...] | None = person.__dict__.get("_held")
    if known is None:
        known = all_held_by(person)
        person.__dict__["_held"] = known
    return known


def roles_of(user: Person) -> frozenset[Role]:
    """The roles that a person holds anywhere."""
    return frozenset(one.role for one in held_by(user))


def forget_held(user: "_User") -> None:
    """After a change of grants: the next question reads them anew."""
    person = _loaded(user)
    if person is not None:
        person.__dict__.pop("_held", None)
        person.__dict__.pop("_reach", None)


def reach(user: Person, permission: Permission) -> tuple[Reach, ...]:
    """Where the user holds the permission; `()` is nowhere. A token narrows its person."""
    person = _loaded(user)
    if person is None:
        return rules.reach((), permission)
    found = _reach_of_roles(person, permission)
    if person.token_scopes is None:
        return found
    if permission not in person.token_scopes:
        return ()
    if person.token_organisation_id is not None:
        found = rules.narrowed(found, permission, person.token_organisation_id)
    return rules.within_region(found, person.token_region_code) if person.token_region_code else found


def _reach_of_roles(person: "_User", permission: Permission) -> tuple[Reach, ...]:
    """The same without a token, worked out once per loaded user: each page asks for two hundred permissions."""
    if person.pk == SYSTEM_ID or not person.is_active:
        return rules.reach(_held_by(person), permission)
    known: dict[Permission, tuple[Reach, ...]] = person.__dict__.setdefault("_reach", {})
    found = known.get(permission)
    if found is None:
        found = known[permission] = rules.reach(_held_by(person), permission)
    return found


def region_prefixes(user: Person, permission: Permission) -> tuple[str, ...]:
    """Where the user holds the permission over every row, as code prefixes: `("",)` is everywhere, `()` nowhere."""
    return tuple(one.prefix for one in reach(user, permission) if one.organisation_id is None)


def may(user: Person, permission: Permission, region_code: str, organisation_ids: Collection[UUID | None] = ()) -> bool:
    """Does the user hold the permission over a row of this region that concerns these organisations?"""
    return any(one.covers(region_code, organisation_ids) for one in reach(user, permission))


def may_anywhere(user: Person, permission: Permission) -> bool:
    """Does the user hold the permission over something (is a menu entry worth showing)?"""
    return bool(reach(user, permission))


def scope[Row: Model](
    queryset: QuerySet[Row],
    user: Person,
    permission: Permission,
    field: str = "region_code",
    organisation_field: str | None = None,
) -> QuerySet[Row]:
    """The rows whose region, in `field`, and organisation, in `organisation_field`, lie where the user holds the permission.

    `organisation_field` may lead over a relation to many (`orders__organisation`): no row comes twice. Without one the rows
    are no body's own, and whoever is bound to an organisation sees none of them.
    """
    condition = Q(pk__in=[])
    for one in reach(user, permission):
        if one.organisation_id is None:
            if one.prefix == "":
                return queryset
            condition |= Q(**{f"{field}__startswith": one.prefix})
        elif organisation_field is not None:
            own = queryset.model._base_manager.filter(**{organisation_field: one.organisation_id}).values("pk")
            condition |= Q(**{f"{field}__startswith": one.prefix}, pk__in=own)
    return queryset.filter(condition)


def administered[Row: Model](queryset: QuerySet[Row], sight: Sight, field: str = "region_code") -> QuerySet[Row]:
    """The rows of the area that is looked at, as far as the reader administers it: what readiness is judged of."""
    prefix = governing_prefix(sight.region_code)
    found = scope(queryset, sight.user, "system.see", field)
    return found.filter(**{f"{field}__startswith": prefix}) if prefix else found


def regions_within(user: Person, permission: Permission) -> QuerySet[Region]:
    """The areas over which the user holds the permission: what a form may offer."""
    return scope(Region.objects.all(), user, permission, "code")


def all_held_by(user: "_User") -> tuple[Held, ...]:
    """What a person would hold with an open account: closing one must not make it easier to take over."""
    grants = user.grants.values_list("role", "region_code")
    return tuple(Held(Role(role), region, user.organisation_id) for role, region in grants)
