"""Events of recognisers are taken: stored before they are acknowledged, each once, what is wrong refused with its reason."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed, Unavailable
from tocsin.base.storable import storable
from tocsin.engine.sightings.places import lies_in, middle
from tocsin.jurisdiction.face import may_anywhere
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import kinds
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import Crop, EventFault, Recognition
from tocsin.vision.sightings.policy import event_bounds, sighting_policy
from tocsin.vision.sightings.queries import cameras_to_hear
from tocsin.vision.sightings.rules.events import Fault, NewEvent, fault_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

type Key = tuple[UUID, str, str]


@dataclass(frozen=True)
class Answer:
    """What became of one event: its id where it is stored, whether it was known already, or why it is refused."""

    id: UUID | None
    known: bool = False
    fault: Fault | None = None


@transaction.atomic
def take_events(*, actor: "User", events: Sequence[NewEvent], now: datetime) -> list[Answer]:
    """Stores events in one transaction, in the order given; the same event again (camera, model, event id) is told as known.

    NotAllowed for who may send none; Unavailable while more wait to be judged than policy allows.
    """
    if not may_anywhere(actor, rights.SEND):
        raise NotAllowed(_("Your roles do not send events of recognisers."))
    if has_enough():
        raise Unavailable(_("Many events wait to be judged: send these again in some seconds."))
    return store_events(events, cameras_to_hear(actor, {one.camera for one in events}), now)


def has_enough() -> bool:
    """Whether so many events wait to be judged that no more are to come for some seconds."""
    return Recognition.objects.filter(judged=False).count() >= sighting_policy().door.unjudged


@transaction.atomic
def store_events(events: Sequence[NewEvent], cameras: Mapping[str, Camera], now: datetime) -> list[Answer]:
    """The same for whoever was let in; `cameras`: by code, those of which the sender may tell."""
    room = _room(cameras.values(), sighting_policy().door.camera_events_a_minute, now)
    known = _known(events, cameras)
    bounds, vocabulary = event_bounds(), kinds()
    answers: list[Answer] = []
    made: list[Recognition] = []
    crops: list[Crop] = []
    for event in events:
        camera = cameras.get(event.camera)
        key = (camera.pk, event.model, event.event_id) if camera is not None else None
        if key is not None and key in known:
            answers.append(Answer(known[key], known=True))
            continue
        fault = _fault(event, camera, vocabulary.keys()) or fault_of(event, bounds, now)
        if fault is None and camera is not None and room[camera.pk] <= 0:
            fault = Fault.OVER_BUDGET
        if fault is not None or camera is None or key is None:
            answers.append(Answer(None, fault=fault))
            continue
        room[camera.pk] -= 1
        row = _row(event, camera, now)
        made.append(row)
        if event.crop:
            crops.append(Crop(recognition=row, data=event.crop))
        known[key] = row.pk
        answers.append(Answer(row.pk))
    Recognition.objects.bulk_create(made)
    Crop.objects.bulk_create(crops)
    _count_faults(events, answers, cameras, now)
    return answers


def _fault(event: NewEvent, camera: Camera | None, vocabulary: Collection[str]) -> Fault | None:
    if camera is None:
        return Fault.NO_CAMERA
    if not camera.active:
        return Fault.OUT_OF_SERVICE
    return None if event.kind in vocabulary else Fault.NO_KIND


def _row(event: NewEvent, camera: Camera, now: datetime) -> Recognition:
    zones = [one for one in camera.own_zones() if not one.kinds or event.kind in one.kinds]
    place = middle(event.box)
    return Recognition(
        camera=camera,
        event_id=event.event_id,
        model=event.model,
        version=event.version[:40],
        kind=event.kind,
        at=event.at,
        received_at=now,
        score=event.score,
        box=[round(part, 5) for part in event.box],
        sha256=sha256(event.crop).hexdigest() if event.crop else "",
        in_zone=event.anywhere or not camera.zones or any(lies_in(place, one.corners) for one in zones),
    )


def _room(cameras: Iterable[Camera], most: int, now: datetime) -> Counter[UUID]:
    """How many events of each camera may still come within this minute."""
    ids = [one.pk for one in cameras]
    rows = Recognition.objects.filter(camera__in=ids, received_at__gt=now - timedelta(minutes=1))
    sent = dict(rows.values_list("camera").annotate(sent=Count("pk")))
    return Counter({one: most - sent.get(one, 0) for one in ids})


def _known(events: Sequence[NewEvent], cameras: Mapping[str, Camera]) -> dict[Key, UUID]:
    ids = {one.event_id for one in events}
    rows = Recognition.objects.filter(camera__in=list(cameras.values()), event_id__in=ids)
    return {(camera, model, event): pk for pk, camera, model, event in rows.values_list("pk", "camera", "model", "event_id")}


def _count_faults(events: Sequence[NewEvent], answers: Sequence[Answer], cameras: Mapping[str, Camera], now: datetime) -> None:
    counted: Counter[tuple[str, Fault]] = Counter()
    samples: dict[tuple[str, Fault], NewEvent] = {}
    for event, answer in zip(events, answers, strict=True):
        if answer.fault is not None and event.camera in cameras:  # a stranger's codes fill no table
            counted[event.camera, answer.fault] += 1
            samples[event.camera, answer.fault] = event
    for (code, fault), count in sorted(counted.items()):
        camera, event = cameras[code], samples[code, fault]
        sample = storable(f"{event.kind} {event.event_id}")[:120]
        told = {"last_at": now, "sample": sample}
        row, _new = EventFault.objects.get_or_create(camera=camera, fault=fault.value, defaults=told)
        EventFault.objects.filter(pk=row.pk).update(count=F("count") + count, **told)
