"""A tanker is unloaded and whoever should watch it has left: its plate is read, a sighting waits, the unloading stops.

Frames are drawn and put into the camera's folder, as a camera would; everything else follows by the product. Whoever acts looks
at how things stand and acts some minutes later, and the tanker stays until it is empty: so the story comes to its end on a slow
machine, too, and waits for whoever plays it by hand. Without the extra `vision` nobody sees that the post is empty, and what
follows from it is left out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tocsin.base.geometry import LocalPlane
from tocsin.simulation.frames import POST, Tanker, draw_frame
from tocsin.workshop.demo.public.timeline import Act
from tocsin.workshop.demo.tank_farm.place import UNIT, person, unit_of_story

if TYPE_CHECKING:
    from tocsin.vision.cameras.models import Camera
    from tocsin.vision.sightings.models import Sighting
    from tocsin.vision.vehicles.models import LoadingOrder

CODE_TAIL: Final = "00421310000021"  # of the camera's code, behind the six digits of its county
NAME: Final = "溶剂罐区卸车位"
REFERENCE: Final = "XC-DEMO-001"
PLATE: Final = "鲁B·D7362"
ORDERED: Final = timedelta(minutes=15)  # after the first moment
LOOKED_AT: Final = timedelta(minutes=16)  # from then on frames come
COMES: Final = timedelta(minutes=24)
LONGEST: Final = timedelta(hours=24)  # whatever nobody did by then, frames come no more
EVERY: Final = timedelta(seconds=40)
CONFIRMS: Final = timedelta(minutes=20)  # after the sighting waits
RESUMES: Final = timedelta(minutes=20)  # after it was stopped
FINISHES: Final = timedelta(minutes=17)  # after it goes on
UNDISTURBED: Final = timedelta(hours=3)  # an unloading that nobody stopped is over by then
LEAVES: Final = timedelta(minutes=6)  # after it is empty
_LATEST: Final = 3 * EVERY  # older frames of a player that fell behind are not drawn any more


def settle_unloading(now: datetime) -> None:
    """The camera at the unloading point, with the place of whoever watches as a zone."""
    from tocsin.vision.cameras.rules.zones import Zone
    from tocsin.vision.cameras.services import register

    unit, keeper = unit_of_story(), person("supervisor")
    firm = unit.object
    lon, lat = (unit.lon, unit.lat) if unit.lon is None or unit.lat is None else _spot(unit.lon, unit.lat)
    facts = register.CameraFacts(
        name=NAME, region_code=firm.region_code, object_id=firm.pk, place=f"{UNIT}南侧", lon=lon, lat=lat, bearing_deg=0.0
    )
    made = register.register_camera(actor=keeper, code=f"{firm.region_code}{CODE_TAIL}", facts=facts, now=now)
    post = Zone("监护人站位", POST, ("unloading_unwatched",))
    whole = Zone("卸车位", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)), ("vehicle_unexpected",))
    register.set_zones(actor=keeper, camera_id=made.pk, zones=[post, whole])


def _spot(lon: float, lat: float) -> tuple[float, float]:
    return LocalPlane(lon, lat).spot_in_degrees(0.0, -25.0)


def acts_of_unloading(begin: datetime, now: datetime) -> Iterator[Act]:
    """What people do up to now, the newest frames of the camera, and whatever is to be done as things stand now."""
    yield Act(begin + ORDERED, _order, f"{UNIT}: the firm expects a tanker with toluene", by_officer=False)
    yield Act(begin + LOOKED_AT, _watch, by_officer=False)
    first = begin + LOOKED_AT + EVERY
    moment = first + max(0, (now - _LATEST - first) // EVERY) * EVERY
    while moment <= min(now, begin + LONGEST):
        yield Act(moment, lambda at: put_frame(begin, at), by_officer=False)
        moment += EVERY
    yield from _what_follows(begin, now)


def _what_follows(begin: datetime, now: datetime) -> Iterator[Act]:
    order = _loading_order()
    if order is None:
        return
    since = now - order.state_at
    if order.state == "stopped" and since >= RESUMES:
        yield Act(now, _resume, f"{UNIT}: somebody watches again, the unloading goes on")
    elif order.state == "arrived":
        waiting = _waiting_sightings()
        if waiting and now - waiting[0].raised_at >= CONFIRMS:
            yield Act(now, _confirm, f"{UNIT}: the desk confirms that nobody watches the unloading")
        elif since >= (UNDISTURBED if order.stopping_id is None else FINISHES):
            yield Act(now, _finish, f"{UNIT}: the tanker is empty")
    left = order.state in ("done", "cancelled") and since >= 2 * LEAVES
    if (left or now - begin >= LONGEST) and _has_source():
        yield Act(now, _watch_no_more, by_officer=False)


def put_frame(begin: datetime, now: datetime) -> Path | None:
    """What the camera sees now, into its folder; its path. None where nobody looks at it any more."""
    import pylopdf_fonts_zh_cn as fonts

    from tocsin.vision.recognition.queries import folder_of

    if not _has_source():
        return None
    tanker = Tanker(PLATE) if now - begin >= COMES and _stands(now) else None
    path = folder_of(_camera()) / f"{now:%Y%m%d%H%M%S}.jpg"
    path.write_bytes(draw_frame(tanker, int(now.timestamp()), str(fonts.sans_path())))
    return path


def _stands(now: datetime) -> bool:
    order = _loading_order()
    if order is None or order.state == "cancelled":
        return False
    return order.state != "done" or now - order.state_at < LEAVES


def has_camera() -> bool:
    """False in a demonstration that was begun before it had one."""
    from tocsin.vision.cameras.models import Camera

    return Camera.objects.filter(code__endswith=CODE_TAIL, name=NAME).exists()


def _camera() -> "Camera":
    from tocsin.vision.cameras.models import Camera

    return Camera.objects.get(code__endswith=CODE_TAIL, name=NAME)


def _has_source() -> bool:
    from tocsin.vision.recognition.models import CameraSource

    return CameraSource.objects.filter(camera__code__endswith=CODE_TAIL, camera__name=NAME).exists()


def _waiting_sightings() -> "list[Sighting]":
    """Those that wait for a person, the oldest first: on a slow machine with a fast clock one absence is several."""
    from tocsin.vision.sightings.models import Sighting
    from tocsin.vision.sightings.rules.sightings import Verdict

    waiting = Sighting.objects.filter(camera__code__endswith=CODE_TAIL, camera__name=NAME, verdict=Verdict.WAITING)
    return list(waiting.filter(kind="unloading_unwatched").order_by("raised_at", "id"))


def _loading_order() -> "LoadingOrder | None":
    from tocsin.vision.vehicles.models import LoadingOrder

    return LoadingOrder.objects.filter(reference=REFERENCE, camera__code__endswith=CODE_TAIL, camera__name=NAME).first()


def _order(now: datetime) -> None:
    from tocsin.vision.vehicles.rules.orders import LoadingWay, OrderFacts
    from tocsin.vision.vehicles.services.orders import enter_order

    facts = OrderFacts(
        reference=REFERENCE,
        plate=PLATE,
        way=LoadingWay.UNLOADING,
        goods="甲苯",
        amount_t=28.0,
        carrier="安澜危险品运输（演示）",
        point="一号卸车位",
        from_at=now,
        until_at=now + timedelta(hours=8),
    )
    enter_order(actor=person("plant"), object_id=unit_of_story().object_id, camera_id=_camera().pk, facts=facts, now=now)


def _watch(now: datetime) -> None:
    from tocsin.vision.recognition.rules.sources import SourceFacts, SourceKind
    from tocsin.vision.recognition.services.register import set_source

    facts = SourceFacts(
        kind=SourceKind.FOLDER,
        address="",
        period_s=1.0,
        looking=("vehicle_unexpected", "unloading_unwatched"),
        most_people=3,
    )
    set_source(actor=person("supervisor"), camera_id=_camera().pk, facts=facts, now=now)


def _watch_no_more(now: datetime) -> None:
    from tocsin.vision.recognition.services.register import remove_source

    remove_source(actor=person("supervisor"), camera_id=_camera().pk)


def _confirm(now: datetime) -> None:
    from tocsin.vision.sightings.rules.sightings import Verdict
    from tocsin.vision.sightings.services.deciding import decide

    for one in _waiting_sightings():
        decide(actor=person("supervisor"), sighting_id=one.pk, verdict=Verdict.CONFIRMED, now=now)


def _resume(now: datetime) -> None:
    _act("resume", now, "监护人已到位，接地和软管已复查")


def _finish(now: datetime) -> None:
    _act("finish", now)


def _act(act: str, now: datetime, reason: str = "") -> None:
    from tocsin.vision.vehicles.rules.orders import LoadingAct
    from tocsin.vision.vehicles.services.orders import act_on_order

    if (order := _loading_order()) is not None:
        act_on_order(actor=person("plant"), order_id=order.pk, act=LoadingAct(act), reason=reason, now=now)
