"""What the register keeps of a person, for that person alone."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tocsin.mobilisation.volunteers.models import Call, Volunteer

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def own_calls(user: "User") -> Iterable[Mapping[str, Any]]:
    """Every call with its answer and the hours on record."""
    for one in Call.objects.filter(volunteer__user=user).select_related("need").order_by("called_at"):
        yield {
            "need": one.need.number,
            "what": one.need.what,
            "place": one.need.place,
            "state": one.state,
            "called_at": one.called_at,
            "answered_at": one.answered_at,
            "reason": one.reason,
            "there_at": one.there_at,
            "home_at": one.home_at,
            "served_min": one.served_min,
        }


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
