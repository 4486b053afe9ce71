"""Who is told of a breach: the firm's control room; of a watcher who is away whoever the permit tells."""

from datetime import datetime

from tocsin.bus.services import record_event
from tocsin.hazchem.permits.services.clocks import warn_of_watchers_away
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
    if breach.permit is not None and breach.permit.watcher_id is not None:
        warn_of_watchers_away(away={breach.permit.watcher_id: breach.raised_at}, now=now)
        return
    figures = {
        "breach": str(breach.pk),
        "kind": breach.kind,
        "firm": breach.object.name,
        "zone": breach.zone.name if breach.zone else "",
        "holder": breach.tag.holder if breach.tag else "",
        "value": round(breach.value, 1),
        "limit": breach.limit,
        "at": breach.raised_at.isoformat(),
    }
    body = breach.object.organisation
    if body is not None:
        draft = Draft(BREACH, BREACH, urgent=True, key=f"{_matter(breach)}room", organisation=body, figures=figures)
        write_all([draft], Directory(now))


def quiet(breach: ZoneBreach, now: datetime) -> None:
    """Somebody has acknowledged it: nobody is rung for it any more."""
    silence(Notice.objects.filter(key__startswith=_matter(breach)), now)


def _matter(breach: ZoneBreach) -> str:
    return f"zone-breach-{breach.pk}-"
