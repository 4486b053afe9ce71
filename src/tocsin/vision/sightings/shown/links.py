"""What a sighting is about beside its camera: an order, a permit, a sensor; one press leads there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.jurisdiction.face import Person
from tocsin.vision.sightings.models import Sighting


@dataclass(frozen=True)
class SightingLink:
    """What it is, in the reader's language, its name or number, and its page. `note`: how it stands; empty: nothing to say."""

    words: str
    name: str
    page: str
    note: str = ""


type FindLinks = Callable[[Person, Sighting], Sequence[SightingLink]]
"""From reader and sighting what its subject knows of it; nothing that the reader does not see."""


def links_of(user: Person, sighting: Sighting) -> list[SightingLink]:
    """Of every subject that `SIGHTING_LINKS` of the catalogue names, in its order."""
    finders: list[FindLinks] = [import_string(one.replace(":", ".")) for one in settings.SIGHTING_LINKS]
    return [link for find in finders for link in find(user, sighting)]
