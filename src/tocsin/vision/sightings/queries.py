"""Sightings as their reader may see them, and those that ask for something."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, reach, scope
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import Crop, EventFault, Recognition, Sighting
from tocsin.vision.sightings.policy import sighting_policy
from tocsin.vision.sightings.rules.leading import WAITING_OUTCOMES, Asks
from tocsin.vision.sightings.rules.sightings import Verdict


def visible_sightings(user: Person) -> QuerySet[Sighting]:
    """Sightings of the areas whose supervised objects the user sees; newest first."""
    rows = Sighting.objects.select_related("camera__object", "decided_by", "first", "best")
    return scope(rows, user, rights.SEE, "region_code", "camera__organisation")


def sightings_to_judge(user: Person) -> QuerySet[Sighting]:
    """Those that wait for a person who may say whether they are true; urgent ones first, then the oldest."""
    rows = scope(visible_sightings(user), user, rights.JUDGE, "region_code", "camera__organisation")
    return rows.filter(verdict__in=[Verdict.WAITING, Verdict.UNSURE]).order_by("-urgent", "raised_at", "id")


def search_sightings(user: Person, *, verdict: str = "", kind: str = "", search: str = "") -> QuerySet[Sighting]:
    """Visible ones by verdict, kind, and a part of the camera's name or code."""
    found = visible_sightings(user)
    if verdict:
        found = found.filter(verdict=verdict)
    if kind:
        found = found.filter(kind=kind)
    text = search.strip()
    return found.filter(Q(camera__name__icontains=text) | Q(camera__code__icontains=text)) if text else found


def cameras_to_hear(user: Person, codes: set[str]) -> dict[str, Camera]:
    """The cameras of these codes whose events the caller may send, by code."""
    rows = scope(Camera.objects.filter(code__in=codes), user, rights.SEND, "region_code", "organisation")
    return {one.code: one for one in rows}


def cameras_of_recogniser(device_code: str, codes: set[str]) -> dict[str, Camera]:
    """The cameras of these codes that name the device as their recogniser, by code."""
    return {one.code: one for one in Camera.objects.filter(code__in=codes, recogniser__code=device_code)}


def crops_to_look_at(now: datetime) -> QuerySet[Crop]:
    """Crops of the sightings of the last day in which nobody has looked for faces, the newest sightings first."""
    recent = Sighting.objects.filter(raised_at__gte=now - timedelta(days=1))
    wanted = Q(pk__in=recent.values("best")) | Q(pk__in=recent.values("first"))
    return Crop.objects.filter(wanted, looked="").order_by("-recognition__received_at", "-pk")


def faults_of(user: Person, camera: Camera) -> QuerySet[EventFault]:
    """What was refused of a camera's events, for who sees it."""
    if not reach(user, rights.SEE):
        return EventFault.objects.none()
    return EventFault.objects.filter(camera=camera).order_by("-last_at")


def to_settle(now: datetime) -> QuerySet[Sighting]:
    """Verdicts that can be taken back no longer and do not count yet."""
    over = now - timedelta(seconds=sighting_policy().deciding.undo_s)
    rows = Sighting.objects.filter(verdict__in=[Verdict.CONFIRMED, Verdict.REJECTED], settled_at=None)
    return rows.filter(Q(decided_at__lte=over) | Q(urgent=True, verdict=Verdict.CONFIRMED)).order_by("decided_at", "id")


def sightings_to_lead_on(user: Person) -> QuerySet[Sighting]:
    """Confirmed ones that ask for a hidden danger, or show work without a known permit, for who inspects there; oldest first."""
    rows = scope(visible_sightings(user), user, rights.INSPECT, "region_code", "camera__organisation")
    wanted = Q(asks=Asks.FINDING, reference="") | Q(outcome__in=WAITING_OUTCOMES)
    return rows.filter(wanted, verdict=Verdict.CONFIRMED, settled_at__isnull=False).order_by("settled_at", "id")


def waiting_for_act(asks: str) -> QuerySet[Sighting]:
    """Confirmed ones that count and ask for that, while nothing has come of them; the oldest first."""
    rows = Sighting.objects.filter(verdict=Verdict.CONFIRMED, settled_at__isnull=False, asks=asks, reference="")
    return rows.select_related("camera__object").order_by("settled_at", "id")


def next_ripe() -> datetime | None:
    """When the oldest event that is not judged yet has waited for late ones; None where all are judged."""
    oldest = Recognition.objects.filter(judged=False).order_by("id").values_list("received_at", flat=True).first()
    return None if oldest is None else oldest + timedelta(seconds=sighting_policy().door.lateness_s)
