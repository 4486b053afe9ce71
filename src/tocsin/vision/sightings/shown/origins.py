"""The sighting that a hidden danger came from, for the page of that danger."""

from django.urls import reverse

from tocsin.jurisdiction.face import Person
from tocsin.screens.words import listed
from tocsin.supervision.face import FindingOrigin
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.sightings.queries import visible_sightings
from tocsin.vision.sightings.rules.leading import Outcome


def origin_of_finding(user: Person, number: str) -> FindingOrigin | None:
    """None where it came from no sighting that the reader sees."""
    found = visible_sightings(user).filter(outcome=Outcome.FINDING, reference=number).first()
    if found is None:
        return None
    return FindingOrigin(listed(kind_name(found.kind), found.camera.name), reverse("sighting", args=[found.pk]))
