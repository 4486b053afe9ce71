"""The loop that makes sightings of events, ends those that are over, and lets verdicts count."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from tocsin.bus.services import record_event
from tocsin.engine.sightings.order import ripe
from tocsin.engine.sightings.runs import Run, RunRule, Step, advance
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import Kind, kinds
from tocsin.vision.sightings.events import SightingConfirmed
from tocsin.vision.sightings.models import Recognition, RunState, Sighting
from tocsin.vision.sightings.policy import sighting_policy
from tocsin.vision.sightings.queries import to_settle
from tocsin.vision.sightings.rules.sightings import Verdict
from tocsin.vision.sightings.services.telling import tell_confirmed, tell_unconfirmed
from tocsin.vision.sightings.services.tuning import heard, tunings_of

if TYPE_CHECKING:
    from uuid import UUID

AT_ONCE: Final = 1000
_FIELDS: Final = ("first_ms", "last_ms", "count", "strong", "raised_ms", "best_score", "best_ms", "first", "best", "sighting")


def rule_of(kind: Kind) -> RunRule:
    """When events of a kind are a sighting."""
    return RunRule(
        least_score=kind.least_score,
        keep_score=kind.keep_score,
        needed=kind.needed,
        within_ms=int(kind.within_s * 1000),
        dwell_ms=int(kind.dwell_s * 1000),
        clear_ms=int(kind.clear_s * 1000),
    )


def judge_events(*, now: datetime) -> int:
    """Judges a thousand events or two in the order of their own time: what comes up to `lateness_s` later than a newer one still
    finds its place. How many it judged.
    """
    lateness = timedelta(seconds=sighting_policy().door.lateness_s)
    with transaction.atomic():
        groups: dict[tuple[UUID, str], list[Recognition]] = defaultdict(list)
        for one in _waiting(now - lateness):
            groups[one.camera_id, one.kind].append(one)
        rows: list[Recognition] = []
        for key, own in groups.items():
            groups[key] = ripe(own, at=_at, received=_received, now=_ms(now), lateness=round(lateness.total_seconds() * 1000))
            rows += groups[key]
        cameras = Camera.objects.in_bulk({camera for camera, _kind in groups})
        known, tunings = kinds(), tunings_of({camera for camera, _kind in groups})
        states = {
            (one.camera_id, one.kind): one
            for one in RunState.objects.select_for_update().filter(camera__in={camera for camera, _kind in groups})
        }
        for key, events in sorted(groups.items(), key=lambda one: (str(one[0][0]), one[0][1])):
            if key[1] in known:
                _judge(states.get(key), known[key[1]], cameras[key[0]], heard(events, tunings.get(key), now), now)
        Recognition.objects.filter(pk__in=[one.pk for one in rows]).update(judged=True)
    return len(rows)


def _waiting(since: datetime) -> list[Recognition]:
    """The oldest that arrived before `since`, and what their cameras saw before the newest of them, whenever it arrived."""
    unjudged = Recognition.objects.filter(judged=False).order_by("id")
    rows = list(unjudged.filter(received_at__lte=since)[:AT_ONCE])
    if rows:
        newest, cameras = max(one.at for one in rows), {one.camera_id for one in rows}
        beside = unjudged.filter(camera__in=cameras, at__lte=newest).exclude(pk__in=[one.pk for one in rows])
        rows += beside[:AT_ONCE]
    return sorted(rows, key=lambda one: one.pk)


def _at(one: Recognition) -> int:
    return _ms(one.at)


def _received(one: Recognition) -> int:
    return _ms(one.received_at)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _judge(state: RunState | None, kind: Kind, camera: Camera, events: Sequence[Recognition], now: datetime) -> None:
    rule = rule_of(kind)
    run = _run(state)
    state = state or RunState(camera=camera, kind=kind.code)
    state.camera = camera
    touched: set[UUID] = set()
    for event in events:
        after, step = advance(run, _at(event), event.score, rule)
        if step in (Step.WEAK, Step.LATE) or after is None:
            continue
        if after.count == 1:
            _write_sighting(state, run)
            state.first = state.best = event
            state.sighting = None
        elif run is None or after.best_score > run.best_score:
            state.best = event
        if step is Step.RAISED:
            state.sighting = _raise(state, after, kind, now)
        run = after
        touched.add(event.pk)
    if run is None or not touched:
        return
    _write_sighting(state, run)
    for name in ("first_ms", "last_ms", "count", "raised_ms", "best_score", "best_ms"):
        setattr(state, name, getattr(run, name))
    state.strong = list(run.strong)
    state.save()


def _run(state: RunState | None) -> Run | None:
    if state is None:
        return None
    return Run(
        first_ms=state.first_ms,
        last_ms=state.last_ms,
        count=state.count,
        strong=tuple(state.strong),
        raised_ms=state.raised_ms,
        best_score=state.best_score,
        best_ms=state.best_ms,
    )


def _raise(state: RunState, run: Run, kind: Kind, now: datetime) -> Sighting:
    made = Sighting.objects.create(
        camera=state.camera,
        region_code=state.camera.region_code,
        kind=kind.code,
        urgent=kind.urgent,
        asks=kind.asks,
        began_at=_moment(run.first_ms),
        raised_at=_moment(run.raised_ms or run.last_ms),
        last_at=_moment(run.last_ms),
        count=run.count,
        best_score=run.best_score,
        first=state.first,
        best=state.best,
    )
    if kind.urgent:
        tell_unconfirmed(made, now)
    return made


def _write_sighting(state: RunState, run: Run | None) -> None:
    """What the run has come to stands in its sighting."""
    if state.sighting_id is None or run is None:
        return
    Sighting.objects.filter(pk=state.sighting_id).update(
        last_at=_moment(run.last_ms), count=run.count, best_score=run.best_score, best=state.best
    )


def end_sightings(*, now: datetime) -> int:
    """Ends sightings for which nothing counted for as long as their kind says; how many."""
    ended = 0
    for code, kind in kinds().items():
        calm = now - timedelta(seconds=kind.clear_s)
        for one in Sighting.objects.filter(kind=code, ended_at=None, last_at__lt=calm).only("pk", "last_at")[:AT_ONCE]:
            ended += Sighting.objects.filter(pk=one.pk, ended_at=None).update(ended_at=one.last_at)
    return ended


def settle_sightings(*, now: datetime) -> int:
    """Verdicts that can be taken back no longer count from here on; how many. A confirmed one is told with what it asks for."""
    with transaction.atomic():
        rows = list(to_settle(now).select_for_update(of=("self",)).select_related("camera__object")[:100])
        for one in rows:
            one.settled_at = now
            one.save(update_fields=["settled_at"])
            if one.verdict == Verdict.CONFIRMED:
                event = SightingConfirmed(
                    sighting_id=str(one.pk),
                    camera_id=str(one.camera_id),
                    object_id=str(one.camera.object_id or ""),
                    kind=one.kind,
                    asks=one.asks,
                    began_at=one.began_at.isoformat(),
                )
                record_event(event, region=one.region_code)
                tell_confirmed(one, now)
    return len(rows)


def forget_events(*, now: datetime) -> int:
    """Deletes events that are older than policy keeps them, with their crops; how many. What a confirmed sighting stands on stays
    longer, and sightings themselves stay as figures.
    """
    keeping = sighting_policy().keeping
    old = Recognition.objects.filter(received_at__lt=now - timedelta(days=keeping.events_days), judged=True)
    kept = Sighting.objects.filter(verdict=Verdict.CONFIRMED, raised_at__gte=now - timedelta(days=keeping.sightings_days))
    for name in ("first", "best"):
        old = old.exclude(pk__in=kept.filter(**{f"{name}__isnull": False}).values(name))
    ids = list(old.order_by("received_at").values_list("pk", flat=True)[: AT_ONCE * 2])
    Recognition.objects.filter(pk__in=ids).delete()
    return len(ids)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)
