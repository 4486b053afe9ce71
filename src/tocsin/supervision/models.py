"""The tables of supervision, as Django looks for them; each lies in its subject."""

from tocsin.supervision.applications import models as applications
from tocsin.supervision.evidence import models as evidence
from tocsin.supervision.inspections import models as inspections
from tocsin.supervision.meters import models as meters
from tocsin.supervision.objects import models as objects
from tocsin.supervision.periods import models as periods
from tocsin.supervision.platforms import models as platforms
from tocsin.supervision.points import models as points
from tocsin.supervision.posts import models as posts
from tocsin.supervision.stops import models as stops
from tocsin.supervision.tasks import models as tasks
from tocsin.supervision.versions import models as versions
from tocsin.supervision.weather import models as weather
from tocsin.supervision.work import models as work

__all__ = [
    "applications",
    "evidence",
    "inspections",
    "meters",
    "objects",
    "periods",
    "platforms",
    "points",
    "posts",
    "stops",
    "tasks",
    "versions",
    "weather",
    "work",
]
