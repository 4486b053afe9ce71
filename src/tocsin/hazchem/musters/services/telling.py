"""Who is told that a plant is evacuated: its control room, its people with accounts, and, unless it is a drill, the desk; and how
it ended.
"""

from collections.abc import Mapping
from datetime import datetime

from tocsin.engine.positioning.musters import MusterStanding
from tocsin.hazchem.musters.models import PlantMuster
from tocsin.hazchem.musters.policy import muster_policy
from tocsin.hazchem.musters.rules.notices import BEGUN, DESK, ENDED, GATHER, ROOM
from tocsin.hazchem.zones.models import PlantZone
from tocsin.hazchem.zones.rules.zones import ZonePurpose
from tocsin.jurisdiction.face import Organisation, nearest_authority, people_in_force
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all


def tell_begun(muster: PlantMuster, now: datetime) -> None:
    """All of them, urgently. In the caller's transaction."""
    points = PlantZone.objects.filter(object=muster.object_id, active=True, purpose=ZonePurpose.MUSTER)
    figures = {
        "muster": str(muster.pk),
        "firm": muster.object.name,
        "drill": muster.drill,
        "reason": muster.reason,
        "people": muster.people.count(),
        "points": list(points.order_by("name").values_list("name", flat=True)[:20]),
    }
    drafts = [
        Draft(BEGUN, reason, urgent=True, key=f"{_matter(muster)}{name}", organisation=body, figures=figures)
        for name, reason, body in _desks(muster)
    ]
    holders = muster.people.filter(tag__person__isnull=False).values("tag__person")
    for person in people_in_force().filter(pk__in=holders)[: muster_policy().told_people]:
        key = f"{_matter(muster)}{person.pk}"
        drafts.append(Draft(GATHER, GATHER, urgent=True, key=key, person=person, figures=figures))
    if drafts:
        write_all(drafts, Directory(now))


def tell_ended(muster: PlantMuster, counts: Mapping[MusterStanding, int], now: datetime) -> None:
    """It is over: nobody is rung for it any more, and whoever was told that it began is told how everybody stood. In the caller's
    transaction.
    """
    silence(Notice.objects.filter(key__startswith=_matter(muster)), now)
    figures = {
        "muster": str(muster.pk),
        "firm": muster.object.name,
        "drill": muster.drill,
        "note": muster.note,
        **{one.value: counts.get(one, 0) for one in MusterStanding},
    }
    urgent = counts.get(MusterStanding.MISSING, 0) > 0 and not muster.drill
    drafts = [
        Draft(ENDED, reason, urgent=urgent, key=f"{_matter(muster)}{name}-ended", organisation=body, figures=figures)
        for name, reason, body in _desks(muster)
    ]
    if drafts:
        write_all(drafts, Directory(now))


def _desks(muster: PlantMuster) -> list[tuple[str, str, Organisation]]:
    """The firm's control room and, unless it is a drill, the desk of the area: short name, as what, body."""
    desk = None if muster.drill else nearest_authority(muster.region_code)
    told = (("room", ROOM, muster.object.organisation), ("desk", DESK, desk))
    return [(name, reason, body) for name, reason, body in told if body is not None]


def _matter(muster: PlantMuster) -> str:
    return f"muster-{muster.pk}-"
