"""Verdicts that count, by camera and kind."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from tocsin.engine.sightings.places import middle
from tocsin.engine.sightings.precision import Past, Tally
from tocsin.jurisdiction.face import Person
from tocsin.vision.cameras.models import Camera
from tocsin.vision.precision.policy import precision_policy
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import visible_sightings
from tocsin.vision.sightings.rules.sightings import Verdict

MOST = 5000


@dataclass(frozen=True)
class Measured:
    """One camera and kind: verdicts before, and lately."""

    camera: Camera
    kind: str
    before: Tally
    lately: Tally

    @property
    def whole(self) -> Tally:
        """Both together."""
        return Tally(self.before.confirmed + self.lately.confirmed, self.before.rejected + self.lately.rejected)


@dataclass(frozen=True)
class KindPast:
    """What one camera reported of one kind: its decided sightings, and the tally of each local hour."""

    kind: str
    past: tuple[Past, ...]
    hours: Mapping[int, Tally]


def counted(user: Person, now: datetime) -> QuerySet[Sighting]:
    """Visible sightings whose verdict counts, of the days that policy counts."""
    since = now - timedelta(days=precision_policy().precision.counted_days)
    decided = [Verdict.CONFIRMED, Verdict.REJECTED]
    return visible_sightings(user).filter(verdict__in=decided, settled_at__isnull=False, raised_at__gte=since).order_by()


def measured(user: Person, now: datetime) -> list[Measured]:
    """Each camera and kind with verdicts; the worst first."""
    rows, recent = counted(user, now), now - timedelta(days=precision_policy().precision.recent_days)
    lately, before = _tallies(rows.filter(raised_at__gte=recent)), _tallies(rows.filter(raised_at__lt=recent))
    keys = lately.keys() | before.keys()
    cameras = Camera.objects.select_related("object").in_bulk({camera for camera, _kind in keys})
    none = Tally(0, 0)
    found = [
        Measured(cameras[camera], kind, before.get((camera, kind), none), lately.get((camera, kind), none))
        for camera, kind in keys
    ]
    return sorted(found, key=lambda one: (one.whole.interval[1], one.camera.name, one.kind))


def pasts_of(user: Person, camera: Camera, now: datetime) -> list[KindPast]:
    """What one camera reported, by kind; of each at most the newest five thousand sightings."""
    rows = counted(user, now).filter(camera=camera).select_related("best").order_by("-raised_at")[:MOST]
    found: dict[str, list[Sighting]] = {}
    for one in rows:
        found.setdefault(one.kind, []).append(one)
    return [_past_of(kind, own) for kind, own in sorted(found.items())]


def _past_of(kind: str, rows: list[Sighting]) -> KindPast:
    past = tuple(
        Past(one.best_score, middle(tuple(one.best.box)), one.verdict == Verdict.CONFIRMED)
        for one in rows
        if one.best is not None
    )
    hours: Counter[tuple[int, bool]] = Counter(
        (timezone.localtime(one.raised_at).hour, one.verdict == Verdict.CONFIRMED) for one in rows
    )
    return KindPast(kind, past, {one: Tally(hours[one, True], hours[one, False]) for one, _true in hours})


def _tallies(rows: QuerySet[Sighting]) -> dict[tuple[UUID, str], Tally]:
    counts: Counter[tuple[UUID, str, str]] = Counter()
    for camera, kind, verdict, count in rows.values_list("camera_id", "kind", "verdict").annotate(count=Count("pk")):
        counts[camera, kind, verdict] = count
    keys = {(camera, kind) for camera, kind, _verdict in counts}
    return {key: Tally(counts[*key, Verdict.CONFIRMED], counts[*key, Verdict.REJECTED]) for key in keys}
