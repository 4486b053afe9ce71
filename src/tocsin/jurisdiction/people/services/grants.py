"""Roles given and taken."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.queries import security_administrator_known
from tocsin.jurisdiction.rights import queries
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.rules import ADMINISTRATORS, GrantVerdict, Role, judge_grant
from tocsin.jurisdiction.rights.services import require, require_person_at_screen


@transaction.atomic
def grant_role(*, actor: User, user: User, role: str, region_code: str) -> Grant:
    """Gives a role in a region; the same grant twice is one.

    NotAllowed where the actor may not give it, Conflict where the person already is another administrator, InvalidInput for an
    unknown role or region, or an organisation's role for a person of none.
    """
    require_person_at_screen(actor)
    User.objects.select_for_update().get(pk=user.pk)  # two administrators' roles given at the same moment wait for each other
    if role not in Role or not Region.objects.filter(pk=region_code).exists():
        raise InvalidInput(_("There is no role %(role)s in a region %(region)s.") % {"role": role, "region": region_code})
    verdict = judge_grant(
        queries.held_by(actor),
        oneself=actor.pk == user.pk,
        already=[Role(one) for one in user.grants.values_list("role", flat=True)],
        role=Role(role),
        region_code=region_code,
        organisation_id=user.organisation_id,
        security_administrator_known=security_administrator_known(),
    )
    if verdict is not GrantVerdict.GRANTED:
        raise _refusal(verdict)
    grant, created = Grant.objects.get_or_create(user=user, role=role, region_code=region_code, defaults={"granted_by": actor})
    if created:
        queries.forget_held(user)
        tell(RightsActed(actor, "role.granted", "user", str(user.pk), region_code, {"role": role, "username": user.username}))
    return grant


@transaction.atomic
def revoke_role(*, actor: User, grant_id: UUID) -> None:
    """Takes a role away; NotAllowed without the right to give it, Conflict for the last security or system administrator."""
    require_person_at_screen(actor)
    grant = Grant.objects.select_for_update().select_related("user").get(pk=grant_id)
    require(actor, "roles.grant", grant.region_code)
    if actor.pk == grant.user_id:
        raise NotAllowed(_("Nobody gives or takes their own rights."))
    if grant.user.is_active and not grant.user.grants.filter(role=grant.role).exclude(pk=grant.pk).exists():
        require_another_administrator(grant.user, [Role(grant.role)])
    grant.delete()
    queries.forget_held(grant.user)
    details: dict[str, object] = {"role": grant.role, "username": grant.user.username}
    tell(RightsActed(actor, "role.revoked", "user", str(grant.user_id), grant.region_code, details))


def require_another_administrator(user: User, roles: Iterable[Role]) -> None:
    """Returns where somebody else with an open account holds each of the roles that is an administrator's; Conflict otherwise.

    The grants of these roles are held until the transaction ends, so that the last two do not go at the same moment.
    """
    for role in ADMINISTRATORS.intersection(roles):
        holders = {grant.user_id for grant in Grant.objects.select_for_update().filter(role=role)} - {user.pk}
        if not User.objects.filter(pk__in=holders, is_active=True).exists():
            raise Conflict(_("This is the last administrator of its kind; name another one first."))


def _refusal(verdict: GrantVerdict) -> Refusal:
    """The refusal that tells the person why."""
    match verdict:
        case GrantVerdict.NOT_GRANTABLE:
            return InvalidInput(_("This role belongs to the machine."))
        case GrantVerdict.ONESELF:
            return NotAllowed(_("Nobody gives or takes their own rights."))
        case GrantVerdict.TWO_ADMINISTRATORS:
            return Conflict(_("System, security and audit administrator are three different persons."))
        case GrantVerdict.NO_ORGANISATION:
            return InvalidInput(_("This role is held in one's organisation; the person belongs to none."))
        case _:
            return NotAllowed(_("Roles are given by the security administrator of the region."))
