"""Permits open posts: while special work lasts somebody of a certain role has to be on site. Whoever keeps permits calls this."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.posts.models import PermitPost
from tocsin.supervision.posts.services.telling import end_permit_notice, tell_permit_post

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def open_posts(
    *,
    object_id: UUID,
    permit: str,
    kinds: Collection[str],
    start: datetime,
    end: datetime,
    actor: "User | None" = None,
    now: datetime,
) -> list[PermitPost]:
    """While a permit holds these posts must be filled; called again with other times, or other kinds, they are the new ones. The
    firm is told where nobody fit is planned yet. InvalidInput for a kind that policy does not know, or an end before the begin.
    """
    found = SupervisedObject.objects.select_for_update().get(pk=object_id)
    for kind in kinds:
        if post_policy().permit_post_of(kind) is None:
            raise InvalidInput(_("Policy knows no post of the kind %(kind)s.") % {"kind": kind})
    if end <= start:
        raise InvalidInput(_("A permit ends after it begins."))
    found.permit_posts.filter(permit=permit).exclude(kind__in=kinds).delete()
    rows = [
        PermitPost.objects.update_or_create(object=found, permit=permit, kind=kind, defaults={"start_at": start, "end_at": end})[
            0
        ]
        for kind in sorted(kinds)
    ]
    told = {"permit": permit, "kinds": sorted(kinds), "start": start.isoformat(), "end": end.isoformat()}
    record_audit(actor or system_actor(), "permit_posts.opened", "object", found.pk, found.region_code, told)
    for row in rows:
        tell_permit_post(row, now=now)
    return rows


@transaction.atomic
def close_posts(*, object_id: UUID, permit: str, at: datetime, actor: "User | None" = None) -> int:
    """The permit ends at that moment, or never began: its posts need nobody from then on. Returns how many it had."""
    found = SupervisedObject.objects.select_for_update().get(pk=object_id)
    rows = list(found.permit_posts.filter(permit=permit, end_at__gt=at))
    for row in rows:
        if row.start_at >= at:
            row.delete()
        else:
            row.end_at = at
            row.save(update_fields=["end_at"])
        end_permit_notice(found.pk, permit, row.kind, now=at)
    if rows:
        record_audit(actor or system_actor(), "permit_posts.closed", "object", found.pk, found.region_code, {"permit": permit})
    return len(rows)
