"""Loading orders and plates as their reader may see them, and what a plate is compared with."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, may, scope
from tocsin.supervision.face import SupervisedObject, rows_of_visible, visible_objects
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.rules.sightings import Verdict
from tocsin.vision.vehicles.models import LoadingOrder, PlateReading
from tocsin.vision.vehicles.policy import vehicle_policy
from tocsin.vision.vehicles.rules.matching import VEHICLE_KINDS, Awaited
from tocsin.vision.vehicles.rules.orders import AWAITED, PRESENT, LoadingState

RECENT = timedelta(days=1)


def visible_orders(user: Person) -> QuerySet[LoadingOrder]:
    """Orders of firms in the areas whose register the user sees, and of the user's own firm; the latest window first."""
    rows = LoadingOrder.objects.select_related("object__organisation", "camera", "entered_by")
    return rows_of_visible(rows, user)


def search_orders(user: Person, *, search: str = "", state: str = "") -> QuerySet[LoadingOrder]:
    """The same by state, and by a part of plate, number, goods or firm."""
    found, text = visible_orders(user), search.strip()
    if state:
        found = found.filter(state=state)
    if not text:
        return found
    return found.filter(
        Q(plate__icontains=text)
        | Q(trailer__icontains=text)
        | Q(reference__icontains=text)
        | Q(goods__icontains=text)
        | Q(object__name__icontains=text)
    )


def visible_readings(user: Person) -> QuerySet[PlateReading]:
    """Plates that were read at cameras of those firms, the newest first."""
    rows = PlateReading.objects.select_related("camera__object", "order__object", "accepted_by")
    return rows_of_visible(rows, user, path="camera__object__")


def search_readings(user: Person, *, search: str = "", verdict: str = "") -> QuerySet[PlateReading]:
    """The same by verdict, and by a part of plate, camera or firm."""
    found, text = visible_readings(user), search.strip()
    if verdict:
        found = found.filter(verdict=verdict)
    if not text:
        return found
    return found.filter(Q(plate__icontains=text) | Q(camera__name__icontains=text) | Q(camera__object__name__icontains=text))


def keeps_orders(user: Person, firm: SupervisedObject) -> bool:
    """Whether the person enters and follows orders of the firm: a keeper of the register, or one of the firm."""
    own = {firm.organisation_id} - {None}
    return may(user, rights.MANAGE, firm.region_code) or may(user, rights.OWN, firm.region_code, own)


def firms_to_enter(user: Person, most: int = 200) -> list[SupervisedObject]:
    """Firms at which cameras stand and for which the person enters orders, and always those of the person's own firm."""
    with_camera = Camera.objects.filter(object__isnull=False).values("object")
    named = Q(pk__in=with_camera)
    if organisation := getattr(user, "organisation_id", None):
        named |= Q(organisation=organisation)
    rows = visible_objects(user).filter(named, active=True).order_by("name")[:most]
    return [one for one in rows if keeps_orders(user, one)]


def cameras_to_read(user: Person) -> QuerySet[Camera]:
    """Cameras of firms for which the person may send what is read there."""
    rows = scope(Camera.objects.filter(object__isnull=False, active=True), user, rights.SEND, "region_code", "organisation")
    return rows.select_related("object").order_by("name", "code")


def cameras_of(firms: Sequence[SupervisedObject]) -> QuerySet[Camera]:
    """Cameras of these firms that an order may name."""
    return Camera.objects.filter(object__in=[one.pk for one in firms]).order_by("name", "code")


def orders_beside(camera: Camera, at: datetime) -> list[LoadingOrder]:
    """Orders with which a plate at that camera is compared: those awaited near that time, and those whose vehicle is there or
    left a moment ago.
    """
    policy = vehicle_policy()
    near, leaving = timedelta(days=policy.matching.near_days), timedelta(seconds=policy.reading.leaving_s)
    states = Q(state__in=[one.value for one in AWAITED], from_at__lte=at + near, until_at__gte=at - near)
    states |= Q(state__in=[one.value for one in PRESENT])
    states |= Q(state=LoadingState.DONE, state_at__gte=at - leaving)
    rows = LoadingOrder.objects.filter(states, object=camera.object_id).filter(Q(camera=None) | Q(camera=camera))
    return list(rows.select_related("object__organisation").order_by("until_at", "id"))


def awaited(orders: Sequence[LoadingOrder]) -> list[Awaited]:
    """The same as the rules take them."""
    there = (*PRESENT, LoadingState.DONE)
    return [Awaited(one.pk, one.plates, one.from_at, one.until_at, present=one.state in there) for one in orders]


def is_unloading(camera: Camera) -> bool:
    """Whether the vehicle of an order is there before the camera, and loading or unloading may go on."""
    if camera.object_id is None:
        return False
    rows = LoadingOrder.objects.filter(object=camera.object_id, state=LoadingState.ARRIVED)
    return rows.filter(Q(camera=None) | Q(camera=camera)).exists()


def pressing_cameras(cameras: Collection[Camera], at: datetime) -> set[UUID]:
    """Those before which the vehicle of an order is now, or in whose window one is still awaited."""
    matching = vehicle_policy().matching
    early, late = timedelta(seconds=matching.early_s), timedelta(seconds=matching.late_s)
    due = Q(state=LoadingState.EXPECTED, from_at__lte=at + early, until_at__gte=at - late)
    there = Q(state__in=[one.value for one in PRESENT])
    firms = {one.object_id for one in cameras if one.object_id is not None}
    rows = LoadingOrder.objects.filter(due | there, object__in=firms)
    wanted: set[tuple[UUID | None, UUID | None]] = set(rows.values_list("object_id", "camera_id").distinct())
    return {one.pk for one in cameras if (one.object_id, one.pk) in wanted or (one.object_id, None) in wanted}


def keeps_any(object_id: UUID) -> bool:
    """Whether the firm keeps orders here at all."""
    return LoadingOrder.objects.filter(object=object_id).exists()


def readings_to_accept(user: Person, now: datetime) -> QuerySet[PlateReading]:
    """Plates of the last day that are near to an order whose vehicle has not come, for who keeps its orders; oldest first."""
    rows = PlateReading.objects.filter(
        order__state__in=[one.value for one in AWAITED],
        verdict__in=["doubtful", "window"],
        accepted_at=None,
        received_at__gte=now - RECENT,
    ).select_related("order__object", "camera")
    return rows_of_visible(rows, user, path="order__object__", permissions=(rights.MANAGE, rights.OWN)).order_by("at", "id")


def readings_of(sighting: Sighting) -> QuerySet[PlateReading]:
    """The plates that a sighting of a vehicle stands on."""
    if sighting.kind not in VEHICLE_KINDS:
        return PlateReading.objects.none()
    rows = PlateReading.objects.filter(camera=sighting.camera_id, kind=sighting.kind)
    found = rows.filter(at__gte=sighting.began_at, at__lte=sighting.last_at + timedelta(milliseconds=1))
    return found.select_related("order__object").order_by("at", "id")


def sighting_of(reading: PlateReading) -> Sighting | None:
    """The sighting that stands on a plate; None where it asks for none, or none is made yet."""
    if not reading.kind:
        return None
    rows = Sighting.objects.filter(camera=reading.camera_id, kind=reading.kind, began_at__lte=reading.at)
    return rows.filter(last_at__gte=reading.at - timedelta(milliseconds=1)).order_by("-began_at").first()


def sightings_that_stop(order: LoadingOrder) -> QuerySet[Sighting]:
    """Sightings of what must not be beside a tanker that is loaded, confirmed since the order stands as it does.

    Seen since its vehicle came; where it goes on after a stop, since then: what was seen before is what was put right.
    """
    seen_since = order.state_at if order.reason else order.arrived_at or order.state_at
    rows = Sighting.objects.filter(
        verdict=Verdict.CONFIRMED,
        kind__in=vehicle_policy().stopping.kinds,
        settled_at__gte=order.state_at,
        last_at__gte=seen_since,
    )
    where = Q(camera=order.camera_id) if order.camera_id else Q(camera__object=order.object_id)
    return rows.filter(where).order_by("settled_at", "id")


def orders_at(user: Person, sighting: Sighting) -> QuerySet[LoadingOrder]:
    """Orders whose vehicle was before the sighting's camera then, or which it stopped; those that the user sees."""
    camera = sighting.camera
    there = Q(arrived_at__lte=sighting.last_at) & (
        Q(state__in=[one.value for one in PRESENT]) | Q(state=LoadingState.DONE, state_at__gte=sighting.began_at)
    )
    rows = visible_orders(user).filter(object=camera.object_id).filter(Q(camera=None) | Q(camera=camera.pk))
    return rows.filter(there | Q(stopping=sighting.pk))
