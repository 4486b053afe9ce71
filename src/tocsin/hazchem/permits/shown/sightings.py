"""Permits for the page of a sighting, and the page of a permit that somebody else's paper names."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.hazchem.permits.queries.permits import visible_permits
from tocsin.hazchem.permits.queries.sightings import permits_beside
from tocsin.hazchem.permits.rules.kinds import PermitKind, PermitState
from tocsin.hazchem.permits.shown.names import KIND_NAMES, STATE_NAMES
from tocsin.jurisdiction.face import Person
from tocsin.screens.words import listed
from tocsin.vision.face import Sighting, SightingLink


def permits_at_sighting(user: Person, sighting: Sighting) -> list[SightingLink]:
    """Permits whose work went on near the camera then."""
    return [
        SightingLink(
            _("Work permit"),
            one.number,
            reverse("work_permit", args=[one.pk]),
            listed(str(KIND_NAMES[PermitKind(one.kind)]), str(STATE_NAMES[PermitState(one.state)])),
        )
        for one in permits_beside(user, sighting)
    ]


def page_of_number(user: Person, object_id: UUID, number: str) -> str:
    """The page of a firm's permit; empty where the firm has none of that number that the reader sees."""
    found = visible_permits(user).filter(object_id=object_id, number=number).first()
    return reverse("work_permit", args=[found.pk]) if found is not None else ""
