"""Verdicts that count, by camera and kind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from tocsin.engine.sightings.places import middle
from tocsin.engine.sightings.precision import Past, Tally
from tocsin.jurisdiction.face import Person, scope
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.precision.policy import precision_policy
from tocsin.vision.sightings.models import Sighting, Tuning
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
    before: Tally
    lately: Tally
    tuning: Tuning | None


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


def poor_now(now: datetime) -> list[tuple[Camera, str, Tally, list[str]]]:
    """Every camera and kind that is heard and poor, whoever sees it: its tally since it was last changed, and the models of what
    was rejected.
    """
    policy = precision_policy().precision
    since = now - timedelta(days=policy.counted_days)
    rows = Sighting.objects.filter(
        verdict__in=[Verdict.CONFIRMED, Verdict.REJECTED], settled_at__isnull=False, raised_at__gte=since
    )
    fresh = {(one.camera_id, one.kind): one for one in Tuning.objects.all()}
    found = []
    for key, tally in _tallies(rows.order_by()).items():
        tuning = fresh.get(key)
        if tuning is not None and tuning.muted_at is not None:
            continue
        own = rows.filter(camera=key[0], kind=key[1])
        if tuning is not None and tuning.fresh_since is not None:
            own = own.filter(raised_at__gte=tuning.fresh_since)
            tally = _tallies(own.order_by()).get(key, Tally(0, 0))
        if tally.count >= policy.least_verdicts and tally.interval[1] < policy.poor:
            told = own.filter(verdict=Verdict.REJECTED, best__isnull=False).select_related("best")
            models = sorted({f"{one.best.model} {one.best.version}".strip() for one in told if one.best is not None})
            found.append((Camera.objects.select_related("organisation", "object").get(pk=key[0]), key[1], tally, models))
    return found


def muted_tunings(user: Person) -> QuerySet[Tuning]:
    """What is muted at cameras whose register the user keeps, the newest first."""
    rows = scope(
        Tuning.objects.filter(muted_at__isnull=False), user, rights.MANAGE, "camera__region_code", "camera__organisation"
    )
    return rows.select_related("camera__object").order_by("-muted_at", "id")


def pasts_of(user: Person, camera: Camera, now: datetime) -> list[KindPast]:
    """What one camera reported, by kind; of each at most the newest five thousand sightings."""
    rows = counted(user, now).filter(camera=camera).select_related("best").order_by("-raised_at")[:MOST]
    found: dict[str, list[Sighting]] = {}
    for one in rows:
        found.setdefault(one.kind, []).append(one)
    tunings = {one.kind: one for one in Tuning.objects.filter(camera=camera).select_related("tuned_by")}
    wanted = {*found, *(kind for kind, one in tunings.items() if one.muted_at or one.tuned_at)}
    recent = now - timedelta(days=precision_policy().precision.recent_days)
    return [_past_of(kind, found.get(kind, []), recent, tunings.get(kind)) for kind in sorted(wanted)]


def _past_of(kind: str, rows: list[Sighting], recent: datetime, tuning: Tuning | None) -> KindPast:
    past = tuple(
        Past(one.best_score, middle(tuple(one.best.box)), one.verdict == Verdict.CONFIRMED)
        for one in rows
        if one.best is not None
    )
    hours: Counter[tuple[int, bool]] = Counter(
        (timezone.localtime(one.raised_at).hour, one.verdict == Verdict.CONFIRMED) for one in rows
    )
    by_hour = {one: Tally(hours[one, True], hours[one, False]) for one, _true in hours}
    before, lately = _tally(one for one in rows if one.raised_at < recent), _tally(one for one in rows if one.raised_at >= recent)
    return KindPast(kind, past, by_hour, before, lately, tuning)


def _tally(rows: Iterable[Sighting]) -> Tally:
    verdicts = [one.verdict == Verdict.CONFIRMED for one in rows]
    return Tally(sum(verdicts), len(verdicts) - sum(verdicts))


def _tallies(rows: QuerySet[Sighting]) -> dict[tuple[UUID, str], Tally]:
    counts: Counter[tuple[UUID, str, str]] = Counter()
    for camera, kind, verdict, count in rows.values_list("camera_id", "kind", "verdict").annotate(count=Count("pk")):
        counts[camera, kind, verdict] = count
    keys = {(camera, kind) for camera, kind, _verdict in counts}
    return {key: Tally(counts[*key, Verdict.CONFIRMED], counts[*key, Verdict.REJECTED]) for key in keys}
