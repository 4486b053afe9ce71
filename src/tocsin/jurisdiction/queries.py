"""What a person holds, and everything that is cut to it."""

from typing import TYPE_CHECKING

from django.db.models import Model, Q, QuerySet

from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction import rules
from tocsin.jurisdiction.models import ApiToken, Grant, Organisation, Region, User
from tocsin.jurisdiction.rules import EVERYWHERE, Held, Permission, Role

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

type Person = AbstractBaseUser | AnonymousUser

SYSTEM_ID = deterministic_id("user", "system")


def held_by(user: Person) -> tuple[Held, ...]:
    """The roles a person holds, none for strangers and disabled accounts. Read once per loaded user: reload to see a change."""
    if not isinstance(user, User):
        return ()
    if user.pk == SYSTEM_ID:
        return (Held(Role.AUTOMATION, EVERYWHERE),)
    if not user.is_active:
        return ()
    known: tuple[Held, ...] | None = user.__dict__.get("_held")
    if known is None:
        known = tuple(Held(Role(role), region) for role, region in user.grants.values_list("role", "region_code"))
        user.__dict__["_held"] = known
    return known


def forget_held(user: User) -> None:
    """After a change of grants: the next question reads them anew."""
    user.__dict__.pop("_held", None)


def region_prefixes(user: Person, permission: Permission) -> tuple[str, ...]:
    """Where the user holds the permission, as code prefixes: `("",)` is everywhere, `()` nowhere. A token narrows its person."""
    found = rules.prefixes(held_by(user), permission)
    scopes = user.token_scopes if isinstance(user, User) else None
    return found if scopes is None or permission in scopes else ()


def may(user: Person, permission: Permission, region_code: str) -> bool:
    """Does the user hold the permission over an object of this region?"""
    return any(region_code.startswith(prefix) for prefix in region_prefixes(user, permission))


def may_anywhere(user: Person, permission: Permission) -> bool:
    """Does the user hold the permission in some region (is a menu entry worth showing)?"""
    return bool(region_prefixes(user, permission))


def scope[Row: Model](queryset: QuerySet[Row], user: Person, permission: Permission, field: str = "region_code") -> QuerySet[Row]:
    """The rows whose region, in `field`, lies where the user holds the permission."""
    prefixes = region_prefixes(user, permission)
    if "" in prefixes:
        return queryset
    condition = Q()
    for prefix in prefixes:
        condition |= Q(**{f"{field}__startswith": prefix})
    return queryset.filter(condition) if prefixes else queryset.none()


def visible_organisations(user: Person) -> QuerySet[Organisation]:
    """Organisations where the user may see them, with their region loaded."""
    return scope(Organisation.objects.select_related("region"), user, "organisations.see", "region_id")


def visible_people(user: Person) -> QuerySet[User]:
    """People of organisations, or with rights, where the user may see people; those of neither only to who sees everywhere."""
    people = User.objects.exclude(pk=SYSTEM_ID).select_related("organisation__region").prefetch_related("grants")
    prefixes = region_prefixes(user, "people.see")
    if "" in prefixes:
        return people
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(organisation__region_id__startswith=prefix)
        condition |= Q(pk__in=Grant.objects.filter(region_code__startswith=prefix).values("user_id"))
    return people.filter(condition)


def regions_within(user: Person, permission: Permission) -> QuerySet[Region]:
    """The areas over which the user holds the permission: what a form may offer."""
    return scope(Region.objects.all(), user, permission, "code")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The person's tokens, newest first; an expired one stays visible until it is revoked."""
    return user.tokens.all()


def region_of(user: User) -> str:
    """The region a person belongs to: the organisation's, else the whole installation."""
    return user.organisation.region_id if user.organisation else EVERYWHERE


def organisation_by_code(code: str, region_code: str) -> Organisation | None:
    """The body of that code whose area governs `region_code`, the narrowest first."""
    found = Organisation.objects.filter(code=code).select_related("region")
    governing = [one for one in found if rules.governs(one.region_id, region_code)]
    return max(governing, key=lambda one: len(rules.governing_prefix(one.region_id)), default=None)


def all_regions() -> QuerySet[Region]:
    """Every administrative area, by code."""
    return Region.objects.all()
