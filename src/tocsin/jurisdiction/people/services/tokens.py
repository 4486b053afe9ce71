"""Keys of programs: shown once, narrower than their person, with an end."""

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.bus.services import record_event
from tocsin.jurisdiction.bodies.queries import visible_organisations
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.events import TokenMade, TokenRefused
from tocsin.jurisdiction.people.models import ApiToken, User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services.browsers import Source
from tocsin.jurisdiction.people.services.proving import prove_person
from tocsin.jurisdiction.people.services.sessions import demands_second_step
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.rules import PERMISSIONS, Permission
from tocsin.jurisdiction.rights.services import require_person_at_screen

MOST_SOURCES: Final = 20


class RefusedToken(NotAllowed):
    """A token that is known and does not open here or now; the text says what mends it."""

    code = "token_refused"


def make_token(*, user: User, proof: str, source: Source, now: datetime, **wishes: Any) -> tuple[ApiToken, str]:
    """`create_token`, after the person has proved once more who they are: a token outlives the session in which it is made."""
    require_person_at_screen(user)
    prove_person(user=user, proof=proof, source=source, now=now)
    return create_token(user=user, now=now, **wishes)


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    scopes: tuple[Permission, ...],
    now: datetime,
    days: int | None = None,
    organisation_id: UUID | None = None,
    region_code: str = "",
    sources: Sequence[str] = (),
) -> tuple[ApiToken, str]:
    """A new token of the person and its secret, which is stored nowhere; the person hears of it.

    `days` until it ends (policy: usual and longest). With `organisation_id` it reaches, beyond common knowledge, only what
    concerns that body; with `region_code` only rows there and below; with `sources` it opens only from these networks.
    InvalidInput for no name, no or unknown scopes, too long a life, a body or region that the person does not reach, or what is
    no network.
    """
    require_person_at_screen(user)
    limits = policy().token
    days = limits.usual_days if days is None else days
    if not name.strip():
        raise InvalidInput(_("A token needs a name that says which program has it."))
    if not scopes or not set(scopes) <= set(PERMISSIONS):
        raise InvalidInput(_("A token needs at least one scope, each one of: %(known)s.") % {"known": ", ".join(PERMISSIONS)})
    if not 1 <= days <= limits.longest_days:
        raise InvalidInput(_("A token lives from 1 to %(days)s days.") % {"days": limits.longest_days})
    if organisation_id is not None and not visible_organisations(user).filter(pk=organisation_id).exists():
        raise InvalidInput(_("There is no such organisation."))
    if region_code and not queries.regions_of_rights(user).filter(pk=region_code).exists():
        raise InvalidInput(_("You hold no right in the region %(region)s.") % {"region": region_code})
    secret = "tocsin_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        sha256=_digest(secret),
        scopes=sorted(set(scopes)),
        organisation_id=organisation_id,
        region_code=region_code,
        sources=_networks(sources),
        expires_at=now + timedelta(days=days),
    )
    details: dict[str, object] = {
        "name": token.name,
        "scopes": " ".join(token.scopes),
        "expires_at": token.expires_at.isoformat(),
        "organisation": str(organisation_id or ""),
        "region": region_code,
        "sources": " ".join(token.sources),
    }
    region = queries.region_of(user)
    tell(RightsActed(user, "token.created", "token", str(token.pk), region, details))
    ends_at = token.expires_at.isoformat()
    record_event(TokenMade(person_id=str(user.pk), token_id=str(token.pk), name=token.name, ends_at=ends_at), region=region)
    return token, secret


def _networks(sources: Sequence[str]) -> list[str]:
    """Addresses and networks, each in its one canonical form."""
    if len(sources) > MOST_SOURCES:
        raise InvalidInput(_("A token comes from at most %(count)s networks.") % {"count": MOST_SOURCES})
    try:
        return [str(ipaddress.ip_network(text.strip(), strict=False)) for text in sources]
    except ValueError as error:
        raise InvalidInput(_("This is no address and no network such as 10.20.0.0/16: %(error)s") % {"error": error}) from None


def end_tokens(*, user: User) -> int:
    """Ends all tokens of the person, each with its line in the audit trail; how many there were."""
    tokens = list(user.tokens.all())
    for token in tokens:
        _end(token)
    return len(tokens)


@transaction.atomic
def revoke_token(*, user: User, token_id: UUID) -> None:
    """Ends one of the person's own tokens at once; ApiToken.DoesNotExist for anybody else's."""
    require_person_at_screen(user)
    _end(ApiToken.objects.select_related("user__organisation").get(pk=token_id, user=user))


def _end(token: ApiToken) -> None:
    token_id = token.pk
    token.delete()
    region = queries.region_of(token.user)
    tell(RightsActed(token.user, "token.revoked", "token", str(token_id), region, {"name": token.name}))


@transaction.atomic
def end_every_token(*, actor: User, now: datetime) -> int:
    """No token of anybody holds any longer; for the machine itself, after a restore. Returns how many there were."""
    for token in queries.tokens_in_force(now=now):
        details: dict[str, object] = {"name": token.name, "of": token.user.username}
        tell(RightsActed(actor, "token.revoked", "token", str(token.pk), queries.region_of(token.user), details))
    return ApiToken.objects.all().delete()[0]


def person_of_token(*, secret: str, now: datetime, address: str = "") -> User | None:
    """The person in whose name the secret speaks, narrowed to its scopes; None where token or person is no longer good.

    RefusedToken, which is written down, from an address that is not one of its own, and where its person could not act either: a
    one-time password is not changed, or a second step that their role demands is not set up.
    """
    token = ApiToken.objects.select_related("user__organisation").filter(sha256=_digest(secret)).first()
    if token is None or token.expires_at <= now or not token.user.is_active:
        return None
    user = token.user
    if token.sources and not _is_within(address, token.sources):
        _note_refusal(token, address, now)
        text = _("This token does not open from %(address)s. Its person sees its networks on their account page.")
        raise RefusedToken(text % {"address": address or "–"})
    if user.must_change_password:
        raise RefusedToken(_("The person of this token has to change a one-time password first."))
    if demands_second_step(user) and not queries.has_second_step(user):
        raise RefusedToken(_("The person of this token has to set up the second step of signing in first."))
    step = timedelta(seconds=policy().token.last_use_step_s)
    if token.last_used_at is None or token.last_used_at + step <= now:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return _narrowed(token)


def person_behind_token(*, token_id: UUID, now: datetime) -> User | None:
    """The person of a token, narrowed as by its secret: for work that was asked for with it and is done later. None where token
    or person is no longer good.
    """
    token = ApiToken.objects.select_related("user__organisation").filter(pk=token_id).first()
    return None if token is None or token.expires_at <= now or not token.user.is_active else _narrowed(token)


def _narrowed(token: ApiToken) -> User:
    user: User = token.user
    user.token_scopes = frozenset(token.scopes)
    user.token_organisation_id = token.organisation_id
    user.token_region_code = token.region_code
    user.token_id = token.pk
    return user


def _is_within(address: str, sources: Sequence[str]) -> bool:
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return False
    here = getattr(here, "ipv4_mapped", None) or here
    return any(here in ipaddress.ip_network(one) for one in sources)


@transaction.atomic
def _note_refusal(token: ApiToken, address: str, now: datetime) -> None:
    """One line and one piece of news for each step of time, so that whoever found the token can't fill the trail."""
    step = timedelta(seconds=policy().token.last_use_step_s)
    if token.last_refused_at is not None and now < token.last_refused_at + step and token.last_refused_from == address:
        return
    ApiToken.objects.filter(pk=token.pk).update(last_refused_at=now, last_refused_from=address[:45])
    user, region = token.user, queries.region_of(token.user)
    details: dict[str, object] = {"name": token.name, "address": address}
    tell(RightsActed(system_actor(), "token.refused", "token", str(token.pk), region, details))
    refused = TokenRefused(
        person_id=str(user.pk), token_id=str(token.pk), name=token.name, address=address, day=now.date().isoformat()
    )
    record_event(refused, region=region)


def _digest(secret: str) -> str:
    """Plain SHA-256: the secret has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
