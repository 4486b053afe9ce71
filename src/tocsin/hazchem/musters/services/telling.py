"""Who is told that a plant is evacuated: its control room, its people with accounts, and, unless it is a drill, the desk."""

from datetime import datetime

from tocsin.hazchem.musters.models import PlantMuster
from tocsin.hazchem.musters.policy import muster_policy
from tocsin.hazchem.musters.rules.notices import BEGUN, DESK, GATHER, ROOM
from tocsin.hazchem.zones.models import PlantZone
from tocsin.hazchem.zones.rules.zones import ZonePurpose
from tocsin.jurisdiction.face import nearest_authority, people_in_force
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
    drafts = []
    if muster.object.organisation is not None:
        body = muster.object.organisation
        drafts.append(Draft(BEGUN, ROOM, urgent=True, key=f"{_matter(muster)}room", organisation=body, figures=figures))
    desk = None if muster.drill else nearest_authority(muster.region_code)
    if desk is not None:
        drafts.append(Draft(BEGUN, DESK, urgent=True, key=f"{_matter(muster)}desk", organisation=desk, figures=figures))
    holders = muster.people.filter(tag__person__isnull=False).values("tag__person")
    for person in people_in_force().filter(pk__in=holders)[: muster_policy().told_people]:
        key = f"{_matter(muster)}{person.pk}"
        drafts.append(Draft(GATHER, GATHER, urgent=True, key=key, person=person, figures=figures))
    if drafts:
        write_all(drafts, Directory(now))


def quiet(muster: PlantMuster, now: datetime) -> None:
    """It is over: nobody is rung for it any more."""
    silence(Notice.objects.filter(key__startswith=_matter(muster)), now)


def _matter(muster: PlantMuster) -> str:
    return f"muster-{muster.pk}-"
