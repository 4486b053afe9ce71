"""Bodies that read by an agreement are told how the rows stand: set aside, late, dead, and good again; each once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.atlas.exchange.models import SharingAgreement
from tocsin.atlas.exchange.rules.agreements import AgreementState, Standing
from tocsin.atlas.exchange.services.notices import tell_standing
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import undecided
from tocsin.atlas.resources.rules.ages import Freshness, freshness_of
from tocsin.atlas.resources.shown.resources import patience

AT_ONCE = 200


def tell_readers(*, now: datetime) -> int:
    """Tells what has changed since the last time; how many were told."""
    held = SharingAgreement.objects.filter(
        state=AgreementState.GRANTED.value, until__gte=timezone.localdate(now), resource__active=True
    ).select_related("resource")
    broken = set(undecided().values_list("resource", flat=True))
    changed = [one.pk for one in held.order_by("pk") if standing_of(one.resource, broken, now) != one.told_standing]
    return sum(_tell(one, now) for one in changed[:AT_ONCE])


def standing_of(resource: Resource, broken: set[UUID], now: datetime) -> Standing:
    """How its rows stand; a dead one is dead whatever is set aside. `broken`: resources with a delivery that is set aside."""
    freshness = freshness_of(resource.delivered_at, resource.cycle_h, patience(), now)
    if freshness is Freshness.DEAD:
        return Standing.DEAD
    if resource.pk in broken:
        return Standing.SET_ASIDE
    return Standing.LATE if freshness is Freshness.LATE else Standing.GOOD


@transaction.atomic
def _tell(agreement_id: UUID, now: datetime) -> int:
    locked = SharingAgreement.objects.select_for_update(of=("self",)).select_related("resource", "consumer")
    found = locked.get(pk=agreement_id)
    broken = set(undecided().filter(resource=found.resource_id).values_list("resource", flat=True))
    standing = standing_of(found.resource, broken, now)
    if found.state != AgreementState.GRANTED.value or standing == found.told_standing:
        return 0
    found.told_standing = standing.value
    found.save(update_fields=["told_standing"])
    tell_standing(found, standing, now)
    return 1
