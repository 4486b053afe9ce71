"""A tanker is unloaded and whoever should watch it has left: its plate is read, a sighting waits, the unloading stops.

Frames are drawn and put into the camera's folder, as a camera would; everything else follows by the product. Without the extra
`vision` nobody sees that the post is empty, and what follows from it is left out.
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
    from tocsin.vision.vehicles.models import LoadingOrder

CODE_TAIL: Final = "00421310000021"  # of the camera's code, behind the six digits of its county
NAME: Final = "溶剂罐区卸车位"
REFERENCE: Final = "XC-DEMO-001"
PLATE: Final = "鲁B·D7362"
LOOKS: Final = (timedelta(minutes=16), timedelta(minutes=126))  # so long its frames come
STANDS: Final = (timedelta(minutes=24), timedelta(minutes=118))  # so long the tanker is in them
EVERY: Final = timedelta(seconds=40)


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


def acts_of_unloading(begin: datetime) -> Iterator[Act]:
    """What people do, by the clock, and the frames of the camera."""

    def at(minutes: float) -> datetime:
        return begin + timedelta(minutes=minutes)

    yield Act(at(15), _order, f"{UNIT}: the firm expects a tanker with toluene", by_officer=False)
    yield Act(begin + LOOKS[0], _watch, by_officer=False)
    yield Act(at(75), _confirm, f"{UNIT}: the desk confirms that nobody watches the unloading")
    yield Act(at(95), _resume, f"{UNIT}: somebody watches again, the unloading goes on")
    yield Act(at(112), _finish, f"{UNIT}: the tanker is empty")
    yield Act(begin + LOOKS[1], _watch_no_more, by_officer=False)
    moment = LOOKS[0] + EVERY
    while moment < LOOKS[1]:
        yield Act(begin + moment, lambda now: put_frame(begin, now), by_officer=False)
        moment += EVERY


def put_frame(begin: datetime, now: datetime) -> Path:
    """What the camera sees now, into its folder; its path."""
    import pylopdf_fonts_zh_cn as fonts

    from tocsin.vision.recognition.queries import folder_of

    tanker = Tanker(PLATE) if STANDS[0] <= now - begin < STANDS[1] else None
    path = folder_of(_camera()) / f"{now:%Y%m%d%H%M%S}.jpg"
    path.write_bytes(draw_frame(tanker, int(now.timestamp()), str(fonts.sans_path())))
    return path


def has_camera() -> bool:
    """False in a demonstration that was begun before it had one."""
    from tocsin.vision.cameras.models import Camera

    return Camera.objects.filter(code__endswith=CODE_TAIL, name=NAME).exists()


def _camera() -> "Camera":
    from tocsin.vision.cameras.models import Camera

    return Camera.objects.get(code__endswith=CODE_TAIL, name=NAME)


def _loading_order() -> "LoadingOrder":
    from tocsin.vision.vehicles.models import LoadingOrder

    return LoadingOrder.objects.get(reference=REFERENCE, object=unit_of_story().object_id)


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
        until_at=now + timedelta(hours=2),
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
    from tocsin.vision.sightings.models import Sighting
    from tocsin.vision.sightings.rules.sightings import Verdict
    from tocsin.vision.sightings.services.deciding import decide

    seen = Sighting.objects.get(camera=_camera(), kind="unloading_unwatched", verdict=Verdict.WAITING)
    decide(actor=person("supervisor"), sighting_id=seen.pk, verdict=Verdict.CONFIRMED, now=now)


def _resume(now: datetime) -> None:
    from tocsin.vision.vehicles.rules.orders import LoadingAct
    from tocsin.vision.vehicles.services.orders import act_on_order

    reason = "监护人已到位，接地和软管已复查"
    act_on_order(actor=person("plant"), order_id=_loading_order().pk, act=LoadingAct.RESUME, reason=reason, now=now)


def _finish(now: datetime) -> None:
    from tocsin.vision.vehicles.rules.orders import LoadingAct
    from tocsin.vision.vehicles.services.orders import act_on_order

    act_on_order(actor=person("plant"), order_id=_loading_order().pk, act=LoadingAct.FINISH, now=now)
