"""What the register keeps of a person, for that person alone."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tocsin.mobilisation.volunteers.models import Volunteer

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def own_entry(user: "User") -> Iterable[Mapping[str, Any]]:
    """The entry with home, skills and consent."""
    for one in Volunteer.objects.filter(user=user).prefetch_related("abilities"):
        yield {
            "name": one.name,
            "kind": one.kind,
            "body": str(one.body),
            "place": one.place,
            "lon": one.lon,
            "lat": one.lat,
            "standing": one.standing,
            "entered_at": one.entered_at,
            "consent_version": one.consent_version,
            "consent_at": one.consent_at,
            "skills": [
                {"code": row.code, "quantity": row.quantity, "certificate": row.certificate, "valid_until": row.valid_until}
                for row in one.abilities.all()
            ],
        }
