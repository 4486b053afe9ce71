"""Loading orders and plates for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.records.face import enter_rows
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.sightings.rules.events import crop_of
from tocsin.vision.vehicles.queries import search_orders, search_readings, visible_orders, visible_readings
from tocsin.vision.vehicles.rules.orders import LoadingAct, LoadingWay, OrderFacts
from tocsin.vision.vehicles.rules.tables import HEADINGS
from tocsin.vision.vehicles.services import orders as services
from tocsin.vision.vehicles.services import readings as reading_services
from tocsin.vision.vehicles.services.readings import NewReading
from tocsin.vision.vehicles.services.tables import KIND
from tocsin.vision.vehicles.shown.vehicles import LoadingOrderOut, PlateReadingOut, describe_order, describe_reading

router = Router()


class LoadingOrderFilter(Slice):
    search: str = ""
    state: str = ""


class LoadingOrdersOut(Schema):
    items: list[LoadingOrderOut]
    total: int


class LoadingOrderFactsIn(Schema, extra="forbid"):
    reference: str = Field(max_length=40, description="its number at the firm")
    plate: str = Field(max_length=20, description="as 鲁B12345")
    trailer: str = Field("", max_length=20, description="plate of the semi-trailer, which counts as well")
    way: LoadingWay
    goods: str = Field(max_length=120)
    amount_t: float | None = Field(None, gt=0, le=1000)
    carrier: str = Field("", max_length=120)
    point: str = Field("", max_length=120, description="where it is loaded or unloaded")
    camera_id: UUID | None = Field(None, description="the camera that looks there; none: any of the firm's")
    permit: str = Field("", max_length=40, description="number of a work permit that belongs to it")
    from_at: Moment
    until_at: Moment


class LoadingOrderIn(LoadingOrderFactsIn):
    object_id: UUID = Field(description="the firm or site")


class LoadingActIn(Schema, extra="forbid"):
    act: LoadingAct
    reason: str = Field("", max_length=300, description="needed to stop, to let go on and to cancel")


class LoadingOrderRowsIn(Schema, extra="forbid"):
    rows: list[dict[str, str]] = Field(
        min_length=1, max_length=1000, description=f"as the table has them: {', '.join(HEADINGS)}; others don't count"
    )
    leave_wrong: bool = False


class WrongLoadingOrderOut(Schema):
    position: int
    about: str
    reason: str


class LoadingOrderRowsOut(Schema):
    new: int
    changed: int
    same: int
    wrong: list[WrongLoadingOrderOut]


class PlateReadingFilter(Slice):
    search: str = ""
    verdict: str = ""


class PlateReadingsOut(Schema):
    items: list[PlateReadingOut]
    total: int


class PlateIn(Schema, extra="forbid"):
    plate: str = Field(max_length=20)
    confidence: float = Field(ge=0, le=1)
    at: Moment = Field(description="by the camera's clock")
    model: str = Field(max_length=60, description="what read it")
    dangerous: bool = Field(False, description="words or plates of dangerous goods stand beside it")
    box: tuple[float, float, float, float] = Field(
        (0.0, 0.0, 1.0, 1.0), description="left, upper, width, height as shares of the picture"
    )
    crop: str = Field("", max_length=1_400_000, description="JPEG in Base64; empty: none")


class PlatesIn(Schema, extra="forbid"):
    plates: list[PlateIn] = Field(min_length=1, max_length=50)


@router.get("/loading-orders", response=LoadingOrdersOut)
def loading_orders(request: HttpRequest, filters: Query[LoadingOrderFilter]) -> LoadingOrdersOut:
    """Vehicles that firms of your areas await, and your own firm's."""
    found = filters.part(search_orders(request.user, search=filters.search, state=filters.state))
    return LoadingOrdersOut(items=[describe_order(one) for one in found["items"]], total=found["total"])


@router.post("/loading-orders", response={201: LoadingOrderOut})
def enter_loading_order(request: HttpRequest, given: LoadingOrderIn) -> Status[LoadingOrderOut]:
    """Enters a vehicle that a firm awaits."""
    made = services.enter_order(
        actor=actor_of(request),
        object_id=given.object_id,
        camera_id=given.camera_id,
        facts=_facts(given),
        now=current_time(),
    )
    return Status(201, _told(request, made.pk))


@router.post("/loading-orders/rows", response=LoadingOrderRowsOut)
@costly
def take_loading_order_rows(request: HttpRequest, given: LoadingOrderRowsIn) -> LoadingOrderRowsOut:
    """Many orders at once, with every wrong row; with wrong rows nothing is taken unless `leave_wrong`."""
    rows = list(enumerate({name: text for name, text in one.items() if name in HEADINGS} for one in given.rows))
    result = enter_rows(actor=actor_of(request), kind=KIND, rows=rows, leave_wrong=given.leave_wrong, now=current_time())
    wrong = [WrongLoadingOrderOut(position=row.line, about=row.name, reason=reason) for row, reason in result.wrong]
    return LoadingOrderRowsOut(new=result.new, changed=result.changed, same=result.same, wrong=wrong)


@router.get("/loading-orders/{uuid:loading_order_id}", response=LoadingOrderOut)
def loading_order(request: HttpRequest, loading_order_id: UUID) -> LoadingOrderOut:
    """One order."""
    return _told(request, loading_order_id)


@router.put("/loading-orders/{uuid:loading_order_id}", response=LoadingOrderOut)
def change_loading_order(request: HttpRequest, loading_order_id: UUID, given: LoadingOrderFactsIn) -> LoadingOrderOut:
    """Puts right an order whose vehicle has not come."""
    services.change_order(
        actor=actor_of(request),
        order_id=loading_order_id,
        camera_id=given.camera_id,
        facts=_facts(given),
        now=current_time(),
    )
    return _told(request, loading_order_id)


@router.post("/loading-orders/{uuid:loading_order_id}/acts", response=LoadingOrderOut)
def act_on_loading_order(request: HttpRequest, loading_order_id: UUID, given: LoadingActIn) -> LoadingOrderOut:
    """Stops, resumes, ends or cancels an order."""
    services.act_on_order(
        actor=actor_of(request), order_id=loading_order_id, act=given.act, reason=given.reason, now=current_time()
    )
    return _told(request, loading_order_id)


@router.get("/plate-readings", response=PlateReadingsOut)
def plate_readings(request: HttpRequest, filters: Query[PlateReadingFilter]) -> PlateReadingsOut:
    """Plates that were read at cameras of firms that you see, newest first."""
    found = filters.part(search_readings(request.user, search=filters.search, verdict=filters.verdict))
    return PlateReadingsOut(items=[describe_reading(one) for one in found["items"]], total=found["total"])


@router.post("/plate-readings/{uuid:plate_reading_id}/accept", response=PlateReadingOut)
def accept_plate(request: HttpRequest, plate_reading_id: UUID) -> PlateReadingOut:
    """Says that a doubtful plate, or one outside its window, is the order's vehicle."""
    reading_services.accept_plate(actor=actor_of(request), reading_id=plate_reading_id, now=current_time())
    return describe_reading(visible_readings(request.user).get(pk=plate_reading_id))


@router.post("/cameras/{uuid:camera_id}/plates", response=list[PlateReadingOut])
def take_plates(request: HttpRequest, camera_id: UUID, given: PlatesIn) -> list[PlateReadingOut]:
    """Takes plates that a camera or a program read; each is compared with the orders of the camera's firm."""
    camera = visible_cameras(request.user).get(pk=camera_id)
    readings = [NewReading(**one.dict(exclude={"crop"}), crop=crop_of(one.crop) if one.crop else b"") for one in given.plates]
    taken = reading_services.take_plates(actor=actor_of(request), camera=camera, readings=readings, now=current_time())
    return [describe_reading(one) for one in taken]


def _facts(given: LoadingOrderFactsIn) -> OrderFacts:
    return OrderFacts(**given.dict(exclude={"object_id", "camera_id"}))


def _told(request: HttpRequest, order_id: UUID) -> LoadingOrderOut:
    return describe_order(visible_orders(request.user).get(pk=order_id))
