"""A number that people enter for themselves counts once they have typed back the code that was sent there.

The code is made of the point and the moment at which it was asked for: nothing of it stands in the database. Who may plan the
duty of a body enters numbers for others; these count at once, and the audit trail names who entered them.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.keys import Purpose, key_for
from tocsin.jurisdiction.contacts.models import ContactPoint, shortened
from tocsin.jurisdiction.contacts.policy import policy
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.queries import region_of
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.services import require_person_at_screen


def code_of(point: ContactPoint) -> str:
    """The code that was asked for last: six digits."""
    asked_at = point.code_asked_at.isoformat() if point.code_asked_at else ""
    made = hmac.digest(key_for(Purpose.CONTACTS), f"{point.pk} {asked_at}".encode(), "sha256")
    return f"{int.from_bytes(made[:8]) % 10**6:06d}"


@transaction.atomic
def ask_code(*, user: User, contact_point_id: UUID) -> ContactPoint:
    """A new code is sent to one's own contact point; Conflict where one was sent just now, or none is needed."""
    require_person_at_screen(user)
    point, now = _own(user, contact_point_id), timezone.now()
    if point.confirmed_at is not None:
        raise Conflict(_("This contact point is confirmed."))
    if point.code_asked_at is not None and now - point.code_asked_at < timedelta(seconds=policy().code_every_s):
        raise Conflict(_("A code has been sent just now: wait for it, and ask for another one in a minute."))
    point.code_asked_at, point.code_tries = now, 0
    point.save(update_fields=["code_asked_at", "code_tries"])
    return point


def confirm_contact_point(*, user: User, contact_point_id: UUID, code: str) -> ContactPoint:
    """The code came back: the point counts. InvalidInput for a wrong one, Conflict for one too old or tried too often."""
    require_person_at_screen(user)
    with transaction.atomic():
        point, now = _own(user, contact_point_id), timezone.now()
        if point.confirmed_at is not None:
            return point
        if point.code_asked_at is None or now - point.code_asked_at > timedelta(minutes=policy().code_minutes):
            raise Conflict(_("The code is too old: ask for another one."))
        if point.code_tries >= policy().code_tries:
            raise Conflict(_("This code was tried too often: ask for another one."))
        point.code_tries += 1
        right = hmac.compare_digest(code_of(point).encode(), code.strip().encode())
        if right:
            point.confirmed_at = now
            details: dict[str, object] = {"kind": point.kind, "address": shortened(point.kind, point.address)}
            tell(RightsActed(user, "contact.confirmed", "contact", str(point.pk), region_of(user), details))
        point.save(update_fields=["code_tries", "confirmed_at"])
    if not right:
        raise InvalidInput(_("This code is wrong."))
    return point


def contact_code(contact_point_id: UUID) -> str:
    """The code that a point's message carries; empty for one that is gone or confirmed."""
    point = ContactPoint.objects.filter(pk=contact_point_id, confirmed_at__isnull=True).first()
    return "" if point is None else code_of(point)


@dataclass(frozen=True)
class ToConfirm:
    """A contact point to which a code is to go."""

    id: UUID
    person: User
    kind: str
    address: str
    asked_at: datetime


def points_to_confirm(*, now: datetime) -> list[ToConfirm]:
    """Points whose code was asked for and may still be typed back, the oldest first."""
    asked = ContactPoint.objects.filter(
        confirmed_at__isnull=True, code_asked_at__gte=now - timedelta(minutes=policy().code_minutes), user__is_active=True
    )
    rows = asked.select_related("user__organisation").order_by("code_asked_at")
    return [
        ToConfirm(one.pk, one.user, one.kind, one.address, one.code_asked_at) for one in rows if one.user and one.code_asked_at
    ]


def _own(user: User, contact_point_id: UUID) -> ContactPoint:
    return ContactPoint.objects.select_for_update(of=("self",)).get(pk=contact_point_id, user=user)
