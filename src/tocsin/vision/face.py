"""What other capabilities may use of vision: sightings that ask for something, the act that came of one, a city's own models."""

from tocsin.vision.cameras.shown import kind_name as sighting_kind_name
from tocsin.vision.recognition.services.own.measuring import MeasuredModel, measure_own_model
from tocsin.vision.recognition.services.own.using import enrol_own_model, remove_own_model_by_code
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import waiting_for_act
from tocsin.vision.sightings.rules.leading import Outcome as SightingOutcome
from tocsin.vision.sightings.services.deciding import note_reference
from tocsin.vision.sightings.shown.links import SightingLink
from tocsin.vision.sightings.shown.sightings import describe_sighting

__all__ = [
    "MeasuredModel",
    "Sighting",
    "SightingLink",
    "SightingOutcome",
    "describe_sighting",
    "enrol_own_model",
    "measure_own_model",
    "note_reference",
    "remove_own_model_by_code",
    "sighting_kind_name",
    "waiting_for_act",
]
