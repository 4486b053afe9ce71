"""Loading orders and plates as people and programs read them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.vehicles.models import LoadingOrder, PlateReading
from tocsin.vision.vehicles.rules.matching import PlateVerdict
from tocsin.vision.vehicles.rules.orders import AWAITED, WITH_REASON, LoadingAct, LoadingState, LoadingWay, acts_in

STATE_NAMES: Final[dict[LoadingState, Promise]] = {
    LoadingState.EXPECTED: pgettext_lazy("loading order", "expected"),
    LoadingState.ARRIVED: pgettext_lazy("loading order", "is there"),
    LoadingState.STOPPED: pgettext_lazy("loading order", "stopped"),
    LoadingState.DONE: pgettext_lazy("loading order", "done"),
    LoadingState.MISSED: pgettext_lazy("loading order", "did not come"),
    LoadingState.CANCELLED: pgettext_lazy("loading order", "cancelled"),
}
STATE_CLASSES: Final = {
    LoadingState.ARRIVED: "good",
    LoadingState.STOPPED: "bad",
    LoadingState.MISSED: "warn",
}
WAY_NAMES: Final[dict[LoadingWay, Promise]] = {
    LoadingWay.LOADING: pgettext_lazy("loading order", "loading"),
    LoadingWay.UNLOADING: pgettext_lazy("loading order", "unloading"),
}
PLATE_VERDICT_NAMES: Final[dict[PlateVerdict, Promise]] = {
    PlateVerdict.MATCH: pgettext_lazy("plate", "expected"),
    PlateVerdict.DOUBTFUL: pgettext_lazy("plate", "doubtful: signs may be misread"),
    PlateVerdict.WINDOW: pgettext_lazy("plate", "outside its window"),
    PlateVerdict.NONE: pgettext_lazy("plate", "of no order"),
    PlateVerdict.UNKNOWN: pgettext_lazy("plate", "the firm keeps no orders here"),
}
PLATE_CLASSES: Final = {
    PlateVerdict.MATCH: "good",
    PlateVerdict.DOUBTFUL: "warn",
    PlateVerdict.WINDOW: "warn",
    PlateVerdict.NONE: "bad",
}
ACT_NAMES: Final[dict[LoadingAct, Promise]] = {
    LoadingAct.STOP: pgettext_lazy("act on a loading order", "Stop"),
    LoadingAct.RESUME: pgettext_lazy("act on a loading order", "Let it go on"),
    LoadingAct.FINISH: pgettext_lazy("act on a loading order", "Done"),
    LoadingAct.CANCEL: pgettext_lazy("act on a loading order", "Cancel"),
}


class LoadingOrderOut(Schema):
    """A vehicle that a firm awaits."""

    id: UUID
    object_id: UUID
    object: str
    region_code: str
    reference: str = Field(description="its number at the firm")
    plate: str
    trailer: str
    way: LoadingWay
    way_name: str
    goods: str
    amount_t: float | None
    carrier: str
    point: str
    camera_id: UUID | None = Field(description="the camera that looks at its loading point; none: any of the firm's")
    camera: str
    permit: str = Field(description="number of a work permit that belongs to it")
    from_at: datetime
    until_at: datetime
    state: LoadingState
    state_name: str
    state_at: datetime
    arrived_at: datetime | None
    reason: str
    stopping_id: UUID | None = Field(description="the confirmed sighting that stopped it")
    entered_at: datetime
    entered_by: str

    @property
    def css(self) -> str:
        """The colour of its state."""
        return STATE_CLASSES.get(self.state, "")

    @property
    def is_awaited(self) -> bool:
        """Whether its vehicle may still come."""
        return self.state in AWAITED

    @property
    def acts(self) -> list[tuple[str, Promise, bool]]:
        """What can be done with it: name, words, whether a reason is needed."""
        return [(one.value, ACT_NAMES[one], one in WITH_REASON) for one in acts_in(self.state)]


class PlateReadingOut(Schema):
    """A plate that was read at a camera."""

    id: UUID
    camera_id: UUID
    camera: str
    object_id: UUID | None
    object: str
    plate: str
    confidence: float
    dangerous: bool = Field(description="words or plates of dangerous goods stand beside it")
    model: str
    at: datetime = Field(description="by the camera's clock")
    last_at: datetime
    count: int
    verdict: PlateVerdict
    verdict_name: str
    distance: float | None = Field(description="to the plate of the order: a sum over signs that differ")
    order_id: UUID | None
    order: str
    kind: str = Field(description="of the sighting that it asks for; empty: none")
    kind_name: str
    accepted_at: datetime | None = Field(description="since a person said that it is the order's vehicle")
    accepted_by: str
    acceptable: bool = Field(description="whether a person may say that it is the order's vehicle")

    @property
    def css(self) -> str:
        """The colour of its verdict."""
        return PLATE_CLASSES.get(self.verdict, "")


def describe_order(one: LoadingOrder) -> LoadingOrderOut:
    """One order; its firm, camera and who entered it are loaded."""
    state, way = LoadingState(one.state), LoadingWay(one.way)
    return LoadingOrderOut(
        id=one.pk,
        object_id=one.object_id,
        object=one.object.name,
        region_code=one.object.region_code,
        reference=one.reference,
        plate=one.plate,
        trailer=one.trailer,
        way=way,
        way_name=str(WAY_NAMES[way]),
        goods=one.goods,
        amount_t=one.amount_t,
        carrier=one.carrier,
        point=one.point,
        camera_id=one.camera_id,
        camera=one.camera.name if one.camera else "",
        permit=one.permit,
        from_at=one.from_at,
        until_at=one.until_at,
        state=state,
        state_name=str(STATE_NAMES[state]),
        state_at=one.state_at,
        arrived_at=one.arrived_at,
        reason=one.reason,
        stopping_id=one.stopping_id,
        entered_at=one.entered_at,
        entered_by=str(one.entered_by),
    )


def describe_reading(one: PlateReading) -> PlateReadingOut:
    """One plate; its camera with firm, its order and who accepted it are loaded."""
    verdict = PlateVerdict(one.verdict)
    return PlateReadingOut(
        id=one.pk,
        camera_id=one.camera_id,
        camera=one.camera.name,
        object_id=one.camera.object_id,
        object=one.camera.object.name if one.camera.object else "",
        plate=one.plate,
        confidence=one.confidence,
        dangerous=one.dangerous,
        model=one.model,
        at=one.at,
        last_at=one.last_at,
        count=one.count,
        verdict=verdict,
        verdict_name=str(PLATE_VERDICT_NAMES[verdict]),
        distance=one.distance,
        order_id=one.order_id,
        order=one.order.reference if one.order else "",
        kind=one.kind,
        kind_name=kind_name(one.kind) if one.kind else "",
        accepted_at=one.accepted_at,
        accepted_by=str(one.accepted_by or ""),
        acceptable=one.order is not None and one.order.state in AWAITED and one.accepted_at is None,
    )
