"""What other capabilities may use of vision: confirmed sightings that ask for something, and the act that came of one."""

from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import confirmed_without_case
from tocsin.vision.sightings.services.deciding import note_reference
from tocsin.vision.sightings.shown.sightings import describe_sighting

__all__ = ["Sighting", "confirmed_without_case", "describe_sighting", "note_reference"]
