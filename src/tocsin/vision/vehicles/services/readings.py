"""Plates that were read at a camera: compared with the firm's orders; what is not expected goes to a person as a sighting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.base.storable import is_storable
from tocsin.engine.frames.expected import distance
from tocsin.jurisdiction.face import may, require_person_at_screen
from tocsin.records.face import record_audit
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.policy import event_bounds
from tocsin.vision.sightings.queries import cameras_to_hear
from tocsin.vision.sightings.rules.events import FAULT_TEXTS, MODEL_LENGTH, Fault, NewEvent, fault_of
from tocsin.vision.sightings.rules.sightings import OPEN, Verdict
from tocsin.vision.sightings.services.deciding import decide
from tocsin.vision.sightings.services.intake import take_events
from tocsin.vision.vehicles.models import LoadingOrder, PlateReading
from tocsin.vision.vehicles.policy import matching_rule, vehicle_policy
from tocsin.vision.vehicles.queries import (
    awaited,
    keeps_any,
    keeps_orders,
    orders_beside,
    readings_of,
    sighting_of,
    visible_readings,
)
from tocsin.vision.vehicles.rules.matching import DANGEROUS_KIND, KIND_OF, PlateMatch, PlateVerdict, match_plate
from tocsin.vision.vehicles.rules.orders import AWAITED, LoadingState, tidy_plate
from tocsin.vision.vehicles.services.orders import note
from tocsin.vision.vehicles.services.telling import tell_arrived, tell_doubtful

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

WHOLE: Final = (0.0, 0.0, 1.0, 1.0)
JUST_COUNTS: Final = 0.6  # the score from which sightings begin; certainty is 1


@dataclass(frozen=True, kw_only=True)
class NewReading:
    """A plate as it was read. `confidence`: 0 to 1; `at`: by the camera's clock; `dangerous`: words or plates of dangerous goods
    stand beside it; `box`: where the plate stands, as shares of the picture; `crop`: JPEG, empty where there is none.
    """

    plate: str
    confidence: float
    at: datetime
    model: str
    version: str = ""
    dangerous: bool = False
    box: tuple[float, float, float, float] = WHOLE
    crop: bytes = b""


@transaction.atomic
def take_plates(*, actor: "User", camera: Camera, readings: Sequence[NewReading], now: datetime) -> list[PlateReading]:
    """Stores plates, each once while its vehicle stands there, and lets orders arrive; what fits none becomes a sighting.

    NotAllowed for who may send nothing of the camera; InvalidInput for what can be no plate, no time or no picture, and for a
    camera that belongs to no firm; Unavailable while too many events wait to be judged.
    """
    if camera.code not in cameras_to_hear(actor, {camera.code}):
        raise NotAllowed(_("You may send nothing of this camera."))
    if camera.object_id is None:
        raise InvalidInput(_("This camera belongs to no supervised object: no vehicle is expected there."))
    Camera.objects.select_for_update().get(pk=camera.pk)  # one frame after the other: none is stored twice
    return [_take(actor, camera, camera.object_id, _checked(camera, one, now), now) for one in readings]


def _checked(camera: Camera, given: NewReading, now: datetime) -> NewReading:
    if not 0 <= given.confidence <= 1:
        raise InvalidInput(str(FAULT_TEXTS[Fault.BAD_SCORE]))
    if not (0 < len(given.model) <= MODEL_LENGTH and is_storable(given.model)):
        raise InvalidInput(str(FAULT_TEXTS[Fault.NO_ID]))
    at = given.at.replace(microsecond=given.at.microsecond // 1000 * 1000)  # events are judged by whole milliseconds
    read = replace(given, plate=tidy_plate(given.plate), at=at)
    if fault := fault_of(_event(camera, read, DANGEROUS_KIND, "x"), event_bounds(), now):
        raise InvalidInput(str(FAULT_TEXTS[fault]))
    if not camera.active:
        raise InvalidInput(str(FAULT_TEXTS[Fault.OUT_OF_SERVICE]))
    return read


def _take(actor: "User", camera: Camera, firm_id: UUID, read: NewReading, now: datetime) -> PlateReading:
    orders = orders_beside(camera, read.at)
    found = match_plate(read.plate, read.confidence, read.at, awaited(orders), matching_rule())
    if found.verdict is PlateVerdict.NONE and not keeps_any(firm_id):
        found = PlateMatch(PlateVerdict.UNKNOWN)
    if (known := _standing(camera, read, found)) is not None:
        known.last_at, known.count = max(known.last_at, read.at), known.count + 1
        known.confidence = max(known.confidence, read.confidence)
        known.save(update_fields=["last_at", "count", "confidence"])
        return known
    order = next((one for one in orders if found.order is not None and one.pk == found.order.id), None)
    made = PlateReading(
        camera=camera,
        plate=read.plate,
        confidence=read.confidence,
        model=read.model,
        dangerous=read.dangerous,
        at=read.at,
        last_at=read.at,
        received_at=now,
        verdict=found.verdict.value,
        distance=found.distance,
        order=order,
    )
    made.kind = _ask(actor, camera, read, found.verdict, now)
    made.save(force_insert=True)
    if order is not None and order.state in AWAITED:
        if found.verdict is PlateVerdict.MATCH:
            arrive(actor, order, made, now)
        else:
            tell_doubtful(order, made, now)
    return made


def _standing(camera: Camera, read: NewReading, found: PlateMatch) -> PlateReading | None:
    """The reading that this one goes on with: of the same plate, or of one for which it was misread. A doubtful plate that is now
    read as the awaited one is a reading of its own, as it says more.
    """
    policy, rule = vehicle_policy(), matching_rule()
    since = read.at - timedelta(seconds=policy.reading.same_s)
    rows = PlateReading.objects.filter(camera=camera, last_at__gte=since, at__lte=read.at + timedelta(minutes=1))
    for one in rows.order_by("-last_at")[:50]:
        same = one.plate == read.plate or distance(read.plate, one.plate, rule.costs) <= rule.doubtful
        if same and (one.verdict == found.verdict or one.verdict == PlateVerdict.MATCH):
            return one
    return None


def _ask(actor: "User", camera: Camera, read: NewReading, verdict: PlateVerdict, now: datetime) -> str:
    """The kind of sighting under which a person is asked; empty where nobody needs to be."""
    kind = KIND_OF.get(verdict, "")
    if verdict is PlateVerdict.NONE and read.dangerous:
        kind = DANGEROUS_KIND
    if not kind:
        return ""
    (answer,) = take_events(actor=actor, events=[_event(camera, read, kind, str(new_id()))], now=now)
    if answer.fault is Fault.NO_KIND:
        return ""  # the city's policy has taken this kind away
    if answer.fault is not None:
        raise InvalidInput(str(FAULT_TEXTS[answer.fault]))
    return kind


def _event(camera: Camera, read: NewReading, kind: str, event_id: str) -> NewEvent:
    return NewEvent(
        camera=camera.code,
        event_id=event_id,
        kind=kind,
        at=read.at,
        score=round(JUST_COUNTS + (1 - JUST_COUNTS) * read.confidence, 4),
        box=read.box,
        model=read.model,
        version=read.version,
        crop=read.crop,
        sha256=sha256(read.crop).hexdigest() if read.crop else "",
        anywhere=True,
    )


def arrive(actor: "User", order: LoadingOrder, reading: PlateReading, now: datetime) -> None:
    """The vehicle of the order is there since its plate was read; the firm is told. In the caller's transaction."""
    held = LoadingOrder.objects.select_for_update(of=("self",)).select_related("object__organisation").get(pk=order.pk)
    if held.state not in AWAITED:
        return
    held.state, held.state_at, held.arrived_at, held.reason = LoadingState.ARRIVED.value, now, reading.at, ""
    held.save(update_fields=["state", "state_at", "arrived_at", "reason"])
    note(actor, "loading_order.arrived", held, read=reading.plate, camera=str(reading.camera_id))
    tell_arrived(held, reading.plate, reading.at, now)


@transaction.atomic
def accept_plate(*, actor: "User", reading_id: UUID, now: datetime) -> PlateReading:
    """A person says that a doubtful plate, or one outside its window, is the order's vehicle: the order's vehicle is there.

    Whoever decides sightings there rejects by it the one that stands on this plate alone; where the firm says so, that sighting
    shows it, and is decided by whom it waits for. Conflict where there is nothing to say.
    """
    seen = visible_readings(actor).get(pk=reading_id)
    reading = PlateReading.objects.select_for_update(of=("self",)).select_related("camera", "order__object").get(pk=seen.pk)
    order = reading.order
    if order is None:
        raise Conflict(_("This plate is near to no order."))
    decides = may(actor, rights.JUDGE, reading.camera.region_code, (reading.camera.organisation_id,))
    if not decides and not keeps_orders(actor, order.object):
        raise NotAllowed(_("You keep no loading orders of %(firm)s.") % {"firm": order.object.name})
    if reading.accepted_at is not None or order.state not in AWAITED:
        raise Conflict(_("Order %(number)s awaits no vehicle any more.") % {"number": order.reference})
    reading.accepted_at, reading.accepted_by = now, actor
    reading.save(update_fields=["accepted_at", "accepted_by"])
    told = {"plate": reading.plate, "order": order.reference, "camera": str(reading.camera_id)}
    record_audit(actor, "plate_reading.accepted", "plate_reading", reading.pk, order.object.region_code, told)
    arrive(actor, order, reading, now)
    sighting = sighting_of(reading)
    if decides and sighting is not None and _rests_on_accepted(sighting):
        require_person_at_screen(actor)
        reason = _("The vehicle of order %(number)s.") % {"number": order.reference}
        decide(actor=actor, sighting_id=sighting.pk, verdict=Verdict.REJECTED, reason=reason, now=now)
    return reading


def _rests_on_accepted(sighting: Sighting) -> bool:
    return Verdict(sighting.verdict) in OPEN and not readings_of(sighting).filter(accepted_at=None).exists()


def forget_plates(*, now: datetime) -> int:
    """Deletes plates that are older than policy keeps them; how many."""
    old = PlateReading.objects.filter(received_at__lt=now - timedelta(days=vehicle_policy().reading.readings_days))
    ids = list(old.order_by("received_at").values_list("pk", flat=True)[:2000])
    PlateReading.objects.filter(pk__in=ids).delete()
    return len(ids)
