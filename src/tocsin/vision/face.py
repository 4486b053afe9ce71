"""What other capabilities may use of vision: confirmed sightings that ask for something, and the act that came of one."""

from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import waiting_for_act
from tocsin.vision.sightings.rules.leading import Outcome as SightingOutcome
from tocsin.vision.sightings.services.deciding import note_reference
from tocsin.vision.sightings.shown.sightings import describe_sighting

__all__ = ["Sighting", "SightingOutcome", "describe_sighting", "note_reference", "waiting_for_act"]
