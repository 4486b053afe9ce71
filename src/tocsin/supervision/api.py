"""Supervision for programs."""

from ninja import Router

from tocsin.supervision.firms.api import firm
from tocsin.supervision.inspections.api import draws, inspections
from tocsin.supervision.objects.api import register as objects
from tocsin.supervision.objects.api import sources as objects_sources
from tocsin.supervision.platforms import api as platforms
from tocsin.supervision.points.api import points
from tocsin.supervision.points.api import policy as policy_versions
from tocsin.supervision.posts.api import absences as presence_afterwards
from tocsin.supervision.posts.api import posts as presence
from tocsin.supervision.stops import api as stops
from tocsin.supervision.summary import api as summary
from tocsin.supervision.tasks import api as tasks
from tocsin.supervision.work import api as work

router = Router()
router.add_router("", objects.router)
router.add_router("", objects_sources.router)
router.add_router("", tasks.router)
router.add_router("", inspections.router)
router.add_router("", draws.router)
router.add_router("", points.router)
router.add_router("", policy_versions.router)
router.add_router("", work.router)
router.add_router("", stops.router)
router.add_router("", platforms.router)
router.add_router("", presence.router)
router.add_router("", presence_afterwards.router)
router.add_router("", firm.router)
router.add_router("", summary.router)
