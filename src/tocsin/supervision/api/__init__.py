"""Supervision for programs."""

from ninja import Router

from tocsin.supervision.api import (
    draws,
    firm,
    inspections,
    objects,
    objects_sources,
    platforms,
    points,
    policy_versions,
    presence,
    presence_afterwards,
    stops,
    summary,
    tasks,
    work,
)

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
