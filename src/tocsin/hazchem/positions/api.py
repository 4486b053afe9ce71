"""Positions of people and vehicles in plants for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.base.datums import Datum
from tocsin.engine.positioning.frames import ReferencePoint
from tocsin.hazchem.positions.queries import tags as queries
from tocsin.hazchem.positions.rules.arriving import FAULT_TEXTS, NewPosition
from tocsin.hazchem.positions.rules.tags import GatewaySheet, TagKind, TagSheet
from tocsin.hazchem.positions.services import register
from tocsin.hazchem.positions.services.intake import Answer, take_positions
from tocsin.hazchem.positions.services.looking import look_at_track
from tocsin.hazchem.positions.shown.tags import (
    PlantPlanOut,
    PositionFaultOut,
    PositionGatewayOut,
    PositionTagOut,
    TrackPointOut,
    describe_fault,
    describe_gateway,
    describe_plan,
    describe_point,
    describe_tag,
    position_features,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment

router = Router()


class PositionIn(Schema, extra="forbid"):
    tag: str = Field(max_length=60, description="its number, as it was entered")
    at: Moment
    lon: float | None = Field(None, description="degrees, in the gateway's datum; or x and y")
    lat: float | None = None
    x: float | None = Field(None, description="on the gateway's plan")
    y: float | None = None
    accuracy_m: float = Field(5.0, description="radius within which it is")
    floor: str = Field("", max_length=20)
    speed_km_h: float | None = None
    battery_percent: float | None = None
    sos: bool = Field(False, description="its button is pressed")


class PositionsIn(Schema, extra="forbid"):
    gateway: str = Field(max_length=60, description="its code")
    positions: list[PositionIn] = Field(min_length=1, max_length=5000)


class PositionAnswerOut(Schema):
    position: int
    known: bool = Field(description="it was stored before")
    late: bool = Field(description="stored, but the tag has been heard since: it moves nobody")
    fault: str = Field(description="why it is refused; empty: it is stored")
    words: str


class PositionAnswersOut(Schema):
    stored: int
    known: int
    refused: int
    answers: list[PositionAnswerOut] = Field(
        description="of those that were refused, known or late alone, by their place in the request"
    )


class TagFilter(Slice):
    firm: UUID | None = None
    q: str = ""
    kind: str = ""
    which: queries.Which = ""


class PositionTagSheetIn(Schema, extra="forbid"):
    number: str = Field(max_length=60)
    kind: TagKind
    holder: str = Field(max_length=120)
    employer: str = Field("", max_length=120)
    person_id: UUID | None = Field(None, description="the account of the holder, of the firm's own people")
    valid_until: Moment | None = None


class PositionTagIn(PositionTagSheetIn):
    object_id: UUID = Field(description="the firm")


class PositionGatewaySheetIn(Schema, extra="forbid"):
    code: str = Field(max_length=60)
    name: str = Field(max_length=120)
    plan: str = Field("", max_length=60, description="the name of a plan, where it sends x and y")
    datum: Datum = Datum.CGCS2000
    device_code: str = Field("", max_length=64, description="a device of the firm that publishes its positions over MQTT")


class PositionGatewayIn(PositionGatewaySheetIn):
    object_id: UUID = Field(description="the firm")


class PositionGatewayChangeIn(PositionGatewaySheetIn):
    active: bool = True


class PlanPointIn(Schema, extra="forbid"):
    x: float
    y: float
    lon: float
    lat: float


class PlantPlanIn(Schema, extra="forbid"):
    object_id: UUID = Field(description="the firm")
    name: str = Field(max_length=60)
    points: list[PlanPointIn] = Field(min_length=1, max_length=50, description="two at least; three tell how well they fit")


class TrackFilter(Schema):
    since: Moment
    until: Moment


@router.post("/positions", response=PositionAnswersOut)
def send_positions(request: HttpRequest, given: PositionsIn) -> PositionAnswersOut:
    """Takes positions of one gateway: what the answer does not name is in the database. 503: send them again in some seconds."""
    positions = [NewPosition(**one.dict()) for one in given.positions]
    answers = take_positions(actor=actor_of(request), gateway=given.gateway, positions=positions, now=current_time())
    told = [_answer(place, one) for place, one in enumerate(answers) if one != Answer()]
    known, refused = sum(one.known for one in answers), sum(one.fault is not None for one in answers)
    return PositionAnswersOut(stored=len(answers) - known - refused, known=known, refused=refused, answers=told)


@router.get("/positions.geojson", response=Features)
@costly
def positions_on_the_map(request: HttpRequest, firm: UUID | None = None) -> Features:
    """People and vehicles that are present at firms whose people you may see now, as points."""
    now = current_time()
    found = position_features(queries.drawn_tags(request.user, now=now, firm=firm), now)
    return features(found)


@router.get("/position-tags", response=list[PositionTagOut])
def position_tags(request: HttpRequest, wanted: Query[TagFilter]) -> list[PositionTagOut]:
    """Tags in use with who carries them and where they are."""
    now = current_time()
    chosen = {name: getattr(wanted, name) for name in ("firm", "q", "kind", "which")}
    return [describe_tag(one, now) for one in wanted.cut(queries.search_tags(request.user, now=now, **chosen))]


@router.post("/position-tags", response={201: PositionTagOut})
def enter_position_tag(request: HttpRequest, given: PositionTagIn) -> Status[PositionTagOut]:
    """A tag and its holder."""
    now = current_time()
    sheet = TagSheet(**given.dict(exclude={"object_id"}))
    tag = register.enter_tag(actor=actor_of(request), object_id=given.object_id, sheet=sheet, now=now)
    return Status(201, describe_tag(tag, now))


@router.get("/position-tags/{uuid:position_tag_id}", response=PositionTagOut)
def get_position_tag(request: HttpRequest, position_tag_id: UUID) -> PositionTagOut:
    """One tag."""
    return describe_tag(queries.visible_tags(request.user).get(pk=position_tag_id), current_time())


@router.put("/position-tags/{uuid:position_tag_id}", response=PositionTagOut)
def change_position_tag(request: HttpRequest, position_tag_id: UUID, given: PositionTagSheetIn) -> PositionTagOut:
    """What a tag is, anew. With another holder it begins without a track."""
    now = current_time()
    sheet = TagSheet(**given.dict())
    return describe_tag(register.change_tag(actor=actor_of(request), tag_id=position_tag_id, sheet=sheet, now=now), now)


@router.delete("/position-tags/{uuid:position_tag_id}", response={204: None})
def withdraw_position_tag(request: HttpRequest, position_tag_id: UUID) -> Status[None]:
    """A tag that is carried no more."""
    register.withdraw_tag(actor=actor_of(request), tag_id=position_tag_id, now=current_time())
    return Status(204, None)


@router.get("/position-tags/{uuid:position_tag_id}/track", response=list[TrackPointOut])
def track_of_position_tag(request: HttpRequest, position_tag_id: UUID, wanted: Query[TrackFilter]) -> list[TrackPointOut]:
    """Where a tag was, oldest first, a day at most; who looked stands in the audit trail."""
    _tag, points = look_at_track(actor=actor_of(request), tag_id=position_tag_id, since=wanted.since, until=wanted.until)
    return [describe_point(one) for one in points]


@router.get("/position-gateways", response=list[PositionGatewayOut])
def position_gateways(request: HttpRequest, wanted: Query[Slice]) -> list[PositionGatewayOut]:
    """Gateways of your firm."""
    return [describe_gateway(one) for one in wanted.cut(queries.visible_gateways(request.user))]


@router.post("/position-gateways", response={201: PositionGatewayOut})
def enter_position_gateway(request: HttpRequest, given: PositionGatewayIn) -> Status[PositionGatewayOut]:
    """What sends positions of a firm's plant."""
    sheet = GatewaySheet(**given.dict(exclude={"object_id"}))
    made = register.enter_gateway(actor=actor_of(request), object_id=given.object_id, sheet=sheet)
    return Status(201, describe_gateway(made))


@router.put("/position-gateways/{uuid:position_gateway_id}", response=PositionGatewayOut)
def change_position_gateway(
    request: HttpRequest, position_gateway_id: UUID, given: PositionGatewayChangeIn
) -> PositionGatewayOut:
    """What a gateway is, anew."""
    sheet = GatewaySheet(**given.dict(exclude={"active"}))
    changed = register.change_gateway(actor=actor_of(request), gateway_id=position_gateway_id, sheet=sheet, active=given.active)
    return describe_gateway(changed)


@router.get("/position-gateways/{uuid:position_gateway_id}/faults", response=list[PositionFaultOut])
def faults_of_position_gateway(request: HttpRequest, position_gateway_id: UUID) -> list[PositionFaultOut]:
    """What was refused of a gateway's positions, by reason."""
    gateway = queries.visible_gateways(request.user).get(pk=position_gateway_id)
    return [describe_fault(one) for one in queries.faults_of(gateway)]


@router.get("/plant-plans", response=list[PlantPlanOut])
def plant_plans(request: HttpRequest, wanted: Query[Slice]) -> list[PlantPlanOut]:
    """Plans with coordinates of their own, and how well their reference points fit."""
    return [describe_plan(one) for one in wanted.cut(queries.visible_plans(request.user))]


@router.post("/plant-plans", response=PlantPlanOut)
def set_plant_plan(request: HttpRequest, given: PlantPlanIn) -> PlantPlanOut:
    """A plan of a firm by its name, new or with other reference points."""
    points = tuple(ReferencePoint(**one.dict()) for one in given.points)
    plan, _fit = register.set_plan(actor=actor_of(request), object_id=given.object_id, name=given.name, points=points)
    return describe_plan(plan)


@router.delete("/plant-plans/{uuid:plant_plan_id}", response={204: None})
def withdraw_plant_plan(request: HttpRequest, plant_plan_id: UUID) -> Status[None]:
    """A plan that no gateway uses."""
    register.withdraw_plan(actor=actor_of(request), plan_id=plant_plan_id)
    return Status(204, None)


def _answer(place: int, one: Answer) -> PositionAnswerOut:
    words = str(FAULT_TEXTS[one.fault]) if one.fault else ""
    return PositionAnswerOut(
        position=place, known=one.known, late=one.late, fault=one.fault.value if one.fault else "", words=words
    )
