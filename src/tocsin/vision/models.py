"""The tables of vision, as Django looks for them; each lies in its subject."""

from tocsin.vision.cameras import models as cameras
from tocsin.vision.health import models as health
from tocsin.vision.recognition import models as recognition
from tocsin.vision.sightings import models as sightings
from tocsin.vision.vehicles import models as vehicles

__all__ = ["cameras", "health", "recognition", "sightings", "vehicles"]
