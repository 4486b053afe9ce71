"""What a person holds, and everything that is cut to it."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Model, Q, QuerySet

from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction import rules
from tocsin.jurisdiction.models import ApiToken, Grant, Organisation, Region, User
from tocsin.jurisdiction.rules import EVERYWHERE, Held, Permission, Reach, Role

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
        known = _all_held_by(user)
        user.__dict__["_held"] = known
    return known


def forget_held(user: User) -> None:
    """After a change of grants: the next question reads them anew."""
    user.__dict__.pop("_held", None)


def reach(user: Person, permission: Permission) -> tuple[Reach, ...]:
    """Where the user holds the permission; `()` is nowhere. A token narrows its person."""
    found = rules.reach(held_by(user), permission)
    if not isinstance(user, User) or user.token_scopes is None:
        return found
    if permission not in user.token_scopes:
        return ()
    return found if user.token_organisation_id is None else rules.narrowed(found, permission, user.token_organisation_id)


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


def visible_organisations(user: Person) -> QuerySet[Organisation]:
    """Organisations where the user may see them, with their region loaded."""
    return scope(Organisation.objects.select_related("region"), user, "organisations.see", "region__code")


def visible_people(user: Person) -> QuerySet[User]:
    """People of organisations, or with rights, where the user may see people; those of neither only to who sees everywhere."""
    people = User.objects.exclude(pk=SYSTEM_ID).select_related("organisation__region").prefetch_related("grants")
    prefixes = region_prefixes(user, "people.see")
    if "" in prefixes:
        return people
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(organisation__region__code__startswith=prefix)
        condition |= Q(pk__in=Grant.objects.filter(region_code__startswith=prefix).values("user_id"))
    return people.filter(condition)


def regions_within(user: Person, permission: Permission) -> QuerySet[Region]:
    """The areas over which the user holds the permission: what a form may offer."""
    return scope(Region.objects.all(), user, permission, "code")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The person's tokens, newest first; an expired one stays visible until it is revoked."""
    return user.tokens.select_related("organisation")


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


def search_people(user: Person, text: str) -> QuerySet[User]:
    """Visible people whose user name or name holds the text; all of them for an empty one."""
    found = visible_people(user)
    return found.filter(Q(username__icontains=text) | Q(name__icontains=text)) if text else found


def grants_with_regions(user: User) -> list[tuple[Grant, Region | None]]:
    """A person's grants with the area of each, for a page to show."""
    grants = list(user.grants.all())
    regions = Region.objects.in_bulk([one.region_code for one in grants])
    return [(one, regions.get(one.region_code)) for one in grants]


def may_manage(actor: User, user: User) -> bool:
    """May the actor disable or enable this person? See `rules.may_manage_person`."""
    return user.pk != SYSTEM_ID and rules.may_manage_person(
        held_by(actor), oneself=actor.pk == user.pk, region_code=region_of(user), held=_all_held_by(user)
    )


def may_reset_password_of(actor: User, user: User) -> bool:
    """May the actor give this person a new one-time password? See `rules.may_reset_password`."""
    return user.pk != SYSTEM_ID and rules.may_reset_password(
        held_by(actor), oneself=actor.pk == user.pk, region_code=region_of(user), held=_all_held_by(user)
    )


def people_who_may(permission: Permission, region_code: str) -> list[User]:
    """People with an open account who hold the permission over every row of the region, by name: whom a desk may name."""
    roles = [role for role, granted in rules.PERMISSIONS_OF_ROLE.items() if permission in granted]
    grants = Grant.objects.filter(role__in=[role for role in roles if role not in rules.OF_AN_ORGANISATION])
    holders = {grant.user_id for grant in grants if rules.governs(grant.region_code, region_code)}
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(pk=SYSTEM_ID)
    return list(people.select_related("organisation").order_by("name", "username"))


def security_administrator_known() -> bool:
    """Has a security administrator ever been named (and not been taken away again)? A disabled one counts."""
    return Grant.objects.filter(role=Role.SECURITY_ADMINISTRATOR).exists()


def may_name_first_security_administrator(actor: User) -> Role | None:
    """The security administrator's role where this system administrator may give it because nobody has it yet."""
    first = may_anywhere(actor, "people.manage") and not security_administrator_known()
    return Role.SECURITY_ADMINISTRATOR if first else None


def _all_held_by(user: User) -> tuple[Held, ...]:
    """What a person would hold with an open account: closing one must not make it easier to take over."""
    grants = user.grants.values_list("role", "region_code")
    return tuple(Held(Role(role), region, user.organisation_id) for role, region in grants)


def is_administrator(user: User) -> bool:
    """Does the person hold one of the three administrators' roles anywhere?"""
    return any(one.role in rules.ADMINISTRATORS for one in held_by(user))


def has_second_step(user: User) -> bool:
    """Has the person set up a second step of signing in?"""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def recovery_codes_left(user: User) -> int:
    """How many of the person's recovery codes have not been used."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def person_by_username(username: str) -> User | None:
    """The person of that user name, None where there is none; never the machine itself."""
    return User.objects.exclude(pk=SYSTEM_ID).filter(username=username).first()
