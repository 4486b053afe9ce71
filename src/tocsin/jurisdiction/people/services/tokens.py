"""Keys of programs: shown once, narrower than their person, with an end."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.bodies.queries import visible_organisations
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import ApiToken, User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.rules import PERMISSIONS, Permission
from tocsin.jurisdiction.rights.services import require_person_at_screen


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    scopes: tuple[Permission, ...],
    now: datetime,
    days: int | None = None,
    organisation_id: UUID | None = None,
) -> tuple[ApiToken, str]:
    """A new token of the person and its secret, which is stored nowhere.

    `days` until it ends (policy: usual and longest). With `organisation_id` it reaches, beyond common knowledge, only what
    concerns that body. InvalidInput for no name, no or unknown scopes, too long a life, or a body that the person does not see.
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
    secret = "tocsin_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        sha256=_digest(secret),
        scopes=sorted(set(scopes)),
        organisation_id=organisation_id,
        expires_at=now + timedelta(days=days),
    )
    details: dict[str, object] = {
        "name": token.name,
        "scopes": " ".join(token.scopes),
        "expires_at": token.expires_at.isoformat(),
        "organisation": str(organisation_id or ""),
    }
    tell(RightsActed(user, "token.created", "token", str(token.pk), queries.region_of(user), details))
    return token, secret


@transaction.atomic
def revoke_token(*, user: User, token_id: UUID) -> None:
    """Ends one of the person's own tokens at once; ApiToken.DoesNotExist for anybody else's."""
    require_person_at_screen(user)
    token = ApiToken.objects.get(pk=token_id, user=user)
    token.delete()
    tell(RightsActed(user, "token.revoked", "token", str(token_id), queries.region_of(user), {"name": token.name}))


@transaction.atomic
def end_every_token(*, actor: User, now: datetime) -> int:
    """No token of anybody holds any longer; for the machine itself, after a restore. Returns how many there were."""
    for token in queries.tokens_in_force(now=now):
        details: dict[str, object] = {"name": token.name, "of": token.user.username}
        tell(RightsActed(actor, "token.revoked", "token", str(token.pk), queries.region_of(token.user), details))
    return ApiToken.objects.all().delete()[0]


def person_of_token(*, secret: str, now: datetime) -> User | None:
    """The person in whose name the secret speaks, narrowed to its scopes; None where token or person is no longer good."""
    token = ApiToken.objects.select_related("user__organisation").filter(sha256=_digest(secret)).first()
    if token is None or token.expires_at <= now or not token.user.is_active:
        return None
    step = timedelta(seconds=policy().token.last_use_step_s)
    if token.last_used_at is None or token.last_used_at + step <= now:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    token.user.token_scopes = frozenset(token.scopes)
    token.user.token_organisation_id = token.organisation_id
    token.user.token_id = token.pk
    return token.user


def _digest(secret: str) -> str:
    """Plain SHA-256: the secret has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
