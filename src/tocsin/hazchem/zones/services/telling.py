"""Who is told of a breach: the firm's control room; of a watcher who is away the approver of the work, too."""

from datetime import datetime

from tocsin.bus.services import record_event
from tocsin.hazchem.zones.events import ZoneBreached
from tocsin.hazchem.zones.models import ZoneBreach
from tocsin.hazchem.zones.rules.notices import BREACH
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all


def tell(breach: ZoneBreach, now: datetime) -> None:
    """The firm's control room hears urgently; programs by the event. In the caller's transaction."""
    event = ZoneBreached(
        breach_id=str(breach.pk),
        object_id=str(breach.object_id),
        zone_id=str(breach.zone_id or ""),
        permit_id=str(breach.permit_id or ""),
        kind=breach.kind,
    )
    record_event(event, region=breach.region_code)
    figures = {
        "breach": str(breach.pk),
        "kind": breach.kind,
        "firm": breach.object.name,
        "zone": breach.zone.name if breach.zone else "",
        "holder": breach.tag.holder if breach.tag else "",
        "permit": breach.permit.number if breach.permit else "",
        "value": round(breach.value, 1),
        "limit": breach.limit,
        "at": breach.raised_at.isoformat(),
    }
    drafts = []
    if breach.object.organisation is not None:
        key = f"{_matter(breach)}room"
        drafts.append(Draft(BREACH, BREACH, urgent=True, key=key, organisation=breach.object.organisation, figures=figures))
    approver = breach.permit.approver if breach.permit else None
    if approver is not None:
        key = f"{_matter(breach)}approver"
        drafts.append(Draft(BREACH, BREACH, urgent=True, key=key, person=approver, figures=figures))
    if drafts:
        write_all(drafts, Directory(now))


def quiet(breach: ZoneBreach, now: datetime) -> None:
    """Somebody has acknowledged it: nobody is rung for it any more."""
    silence(Notice.objects.filter(key__startswith=_matter(breach)), now)


def _matter(breach: ZoneBreach) -> str:
    return f"zone-breach-{breach.pk}-"
