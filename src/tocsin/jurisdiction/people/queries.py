"""People that a person may see or manage, and what is known of their sign-in."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix, governs
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import ApiToken, KnownBrowser, User
from tocsin.jurisdiction.rights import rules
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.queries import SYSTEM_ID, Person, all_held_by, held_by, may_anywhere, region_prefixes
from tocsin.jurisdiction.rights.rules import Permission, Role


def bodies_with_people(bodies: Iterable[Organisation]) -> set[UUID]:
    """The ids of those of which somebody can sign in."""
    found = User.objects.filter(organisation__in=[body.pk for body in bodies], is_active=True)
    return {pk for pk in found.order_by().values_list("organisation_id", flat=True).distinct() if pk is not None}


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


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The person's tokens, newest first; an expired one stays visible until it is revoked."""
    return user.tokens.select_related("organisation")


def region_of(user: User) -> str:
    """The region a person belongs to: the organisation's, else the whole installation."""
    return user.organisation.region_id if user.organisation else EVERYWHERE


def region_of_work(user: User) -> str:
    """Where a person works: the organisation's region, else that of their first role, else the whole installation."""
    if user.organisation:
        return user.organisation.region_id
    return user.grants.values_list("region_code", flat=True).first() or EVERYWHERE


def regions_of_work() -> set[str]:
    """The regions of all bodies that people of this installation belong to."""
    return set(User.objects.filter(is_active=True, organisation__isnull=False).values_list("organisation__region_id", flat=True))


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
        held_by(actor), oneself=actor.pk == user.pk, region_code=region_of(user), held=all_held_by(user)
    )


def may_reset_password_of(actor: User, user: User) -> bool:
    """May the actor give this person a new one-time password? See `rules.may_reset_password`."""
    return user.pk != SYSTEM_ID and rules.may_reset_password(
        held_by(actor), oneself=actor.pk == user.pk, region_code=region_of(user), held=all_held_by(user)
    )


def locked_people(actor: User) -> list[User]:
    """Whom the actor may give a new password, of those who locked their account; the longest locked first."""
    locked = visible_people(actor).filter(locked_at__isnull=False, is_active=True).order_by("locked_at")
    return [one for one in locked if may_reset_password_of(actor, one)]


def people_of_body(organisation_id: UUID) -> QuerySet[User]:
    """Open accounts of a body by user name."""
    return User.objects.filter(organisation_id=organisation_id, is_active=True).order_by("username")


def people_without_password(actor: User, region_code: str, *, again: bool = False) -> list[User]:
    """People of the area's bodies, firms aside, who never signed in and whom the actor may give a first password, by body and
    name: those who have none yet, or (`again`) also those whose one-time password was lost.
    """
    found = visible_people(actor).filter(is_active=True, break_glass=False, last_login=None)
    found = found.filter(organisation__region__code__startswith=governing_prefix(region_code))
    found = found.exclude(organisation__kind="enterprise")  # a firm fetches its own, by its receipt
    if not again:
        found = found.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return [one for one in found.order_by("organisation__code", "username") if may_reset_password_of(actor, one)]


def usernames_taken(names: Iterable[str]) -> set[str]:
    """Those of the names with which somebody signs in, wherever: two can't have the same."""
    return set(User.objects.filter(username__in=set(names)).values_list("username", flat=True))


def openers_of(user: User) -> list[User]:
    """Who may give this person a new password."""
    return [one for one in people_who_may("people.manage", region_of(user)) if may_reset_password_of(one, user)]


def people_who_may(permission: Permission, region_code: str) -> list[User]:
    """People with an open account who hold the permission over every row of the region, by name: whom a desk may name."""
    roles = [role for role, granted in rules.PERMISSIONS_OF_ROLE.items() if permission in granted]
    grants = Grant.objects.filter(role__in=[role for role in roles if role not in rules.OF_AN_ORGANISATION])
    holders = {grant.user_id for grant in grants if governs(grant.region_code, region_code)}
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(pk=SYSTEM_ID)
    return list(people.select_related("organisation").order_by("name", "username"))


def people_who_work_in(permission: Permission, region_code: str) -> list[User]:
    """People with an open account who hold the permission over the region, be it over their own body's rows alone; by name."""
    roles = [role for role, granted in rules.PERMISSIONS_OF_ROLE.items() if permission in granted]
    holders = {one.user_id for one in Grant.objects.filter(role__in=roles) if governs(one.region_code, region_code)}
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(pk=SYSTEM_ID)
    return list(people.select_related("organisation").order_by("name", "username"))


def people_who_may_anywhere(permission: Permission) -> list[User]:
    """People with an open account who hold the permission over any region, by name."""
    roles = [role for role, granted in rules.PERMISSIONS_OF_ROLE.items() if permission in granted]
    holders = Grant.objects.filter(role__in=roles).values("user")
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(pk=SYSTEM_ID)
    return list(people.select_related("organisation").order_by("name", "username"))


def own_tokens(user: User, permission: Permission, *, now: datetime) -> list[ApiToken]:
    """The person's tokens that hold this permission and have not ended, by name."""
    found = ApiToken.objects.filter(user=user, expires_at__gt=now).order_by("name")
    return [one for one in found if permission in one.scopes]


def token_name(token_id: UUID) -> str:
    """As its person called the program that has it; empty where it has gone."""
    return ApiToken.objects.filter(pk=token_id).values_list("name", flat=True).first() or ""


def tokens_in_force(*, now: datetime) -> QuerySet[ApiToken]:
    """Every token of everybody that holds, by person: for the machine itself."""
    return ApiToken.objects.filter(expires_at__gt=now).select_related("user__organisation").order_by("user__username", "name")


def people_in_force() -> QuerySet[User]:
    """Everybody whose account is open: for the machine itself."""
    return User.objects.filter(is_active=True).exclude(pk=SYSTEM_ID).order_by("username")


def security_administrator_known() -> bool:
    """Has a security administrator ever been named (and not been taken away again)? A disabled one counts."""
    return Grant.objects.filter(role=Role.SECURITY_ADMINISTRATOR).exists()


def may_name_first_security_administrator(actor: User) -> Role | None:
    """The security administrator's role where this system administrator may give it because nobody has it yet."""
    first = may_anywhere(actor, "people.manage") and not security_administrator_known()
    return Role.SECURITY_ADMINISTRATOR if first else None


def is_administrator(user: User) -> bool:
    """Does the person hold one of the three administrators' roles anywhere?"""
    return any(one.role in rules.ADMINISTRATORS for one in held_by(user))


def browsers_of(user: User) -> QuerySet[KnownBrowser]:
    """Browsers in which the person has signed in, the last used first."""
    return KnownBrowser.objects.filter(user=user).order_by("-last_seen_at")


def browsers_by_id(ids: Iterable[UUID]) -> dict[UUID, KnownBrowser]:
    """Browsers that are still known, by id."""
    return KnownBrowser.objects.in_bulk(set(ids))


def connected_since(user: User) -> datetime | None:
    """When the person connected their account with a provider; None where they did not."""
    since: datetime | None = SocialAccount.objects.filter(user=user).values_list("date_joined", flat=True).first()
    return since


def regions_of_rights(user: User) -> QuerySet[Region]:
    """The regions in which the person holds any right: to which a token can be bound."""
    condition = Q(pk__in=[])
    for one in held_by(user):
        condition |= Q(code__startswith=governing_prefix(one.region_code))
    return Region.objects.filter(condition)


def has_second_step(user: User) -> bool:
    """Has the person set up a second step of signing in, an app or a passkey?"""
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def has_app(user: User) -> bool:
    """Does an authenticator app of the person's make codes?"""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def passkeys_of(user: User) -> "QuerySet[Authenticator]":
    """The person's passkeys, the oldest first."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return found.order_by("created_at")


def recovery_codes_left(user: User) -> int:
    """How many of the person's recovery codes have not been used."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def person_by_username(username: str) -> User | None:
    """The person of that user name, None where there is none; never the machine itself."""
    return User.objects.exclude(pk=SYSTEM_ID).filter(username=username).first()


def people_with_roles(usernames: Iterable[str]) -> list[tuple[User, list[Role]]]:
    """The active ones of these people in the given order, each with the roles that they hold."""
    known = {one.username: one for one in User.objects.filter(username__in=usernames, is_active=True).prefetch_related("grants")}
    found = [known[name] for name in usernames if name in known]
    return [(one, sorted({Role(grant.role) for grant in one.grants.all()})) for one in found]


def people_by_id(ids: Iterable[UUID]) -> dict[UUID, User]:
    """People whose accounts are open, with their organisation."""
    found = User.objects.filter(pk__in=set(ids), is_active=True).select_related("organisation__region")
    return {one.pk: one for one in found}
