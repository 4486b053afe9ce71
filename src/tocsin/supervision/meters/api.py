"""Meters for programs: added, put right, swapped, corrected, shared and taken down, one by one or as a table."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.jurisdiction.face import may
from tocsin.records.face import enter_rows
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Grouped, GroupedSlice
from tocsin.screens.request import actor_of
from tocsin.supervision.meters import queries
from tocsin.supervision.meters.services import meters as services
from tocsin.supervision.meters.services.meters import Described, Hung
from tocsin.supervision.meters.services.tables import KIND
from tocsin.supervision.meters.shown import GROUPS, MeterDetailOut, MeterOut, describe_meter, describe_whole_meter
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

router = Router()


class MetersOut(Grouped):
    items: list[MeterOut]
    total: int


class MeterFilter(GroupedSlice):
    object_id: UUID | None = Field(None, description="a firm: the meters that it keeps or has a share of")
    search: str = Field("", max_length=100, description="in code, name, serial number, firm")
    role: str = Field("", max_length=20)


class MeterChangeIn(Schema):
    """What a meter measures."""

    role: str = Field(max_length=20, description="total, process, protective, office, charging, solar, lessee or storage")
    name: str = Field("", max_length=120)
    rated_kw: float | None = Field(None, gt=0)
    protects: str = Field("", max_length=60, description="code of a process meter of the same firm")


class MeterHungIn(Schema):
    """What hangs at a meter."""

    sensor_id: UUID | None = None
    serial: str = Field("", max_length=60)
    multiplier: float | None = Field(None, gt=0)
    included: float | None = Field(None, gt=0, description="the multiplier that the readings hold already; none: the right one")


class MeterIn(MeterChangeIn, MeterHungIn):
    object_id: UUID
    code: str = Field(max_length=60)
    since: datetime | None = Field(None, description="none: from its first reading")


class MeterSwapIn(MeterHungIn):
    at: datetime
    note: str = Field("", max_length=300)


class MeterCorrectionIn(MeterHungIn):
    since: datetime | None = None
    note: str = Field(max_length=300, description="what was wrong")


class MeterRetirementIn(Schema):
    at: datetime
    note: str = Field("", max_length=300)


class MeterShareIn(Schema):
    object_id: UUID
    share: float = Field(ge=0, le=1)


class MeterSharesIn(Schema):
    at: datetime
    shares: list[MeterShareIn] = Field(min_length=1, max_length=50)


class MeterRowIn(Schema):
    """A row of a table, as texts; empty says nothing."""

    firm: str = Field(max_length=60, description="information code or credit code")
    code: str = Field(max_length=60)
    role: str = ""
    name: str = ""
    rated_kw: str = ""
    multiplier: str = ""
    included: str = ""
    protects: str = ""
    sensor: str = Field("", description="DEVICE/CHANNEL")
    serial: str = ""
    since: str = ""


class MeterTableIn(Schema):
    rows: list[MeterRowIn] = Field(max_length=5000)
    leave_wrong: bool = Field(False, description="take the right rows even if others are wrong")


class WrongMeterRowOut(Schema):
    position: int
    about: str
    reason: str


class MeterTableOut(Schema):
    new: int
    changed: int
    same: int
    wrong: list[WrongMeterRowOut]


@router.get("/meters", response=MetersOut)
def list_meters(request: HttpRequest, wanted: Query[MeterFilter]) -> MetersOut:
    """Meters of firms that you may see, or those of one firm, by code."""
    firm = None if wanted.object_id is None else visible_objects(request.user).get(pk=wanted.object_id)
    meters = queries.visible_meters(request.user) if firm is None else queries.meters_of(firm)
    part = wanted.grouped(queries.matching_meters(meters, search=wanted.search, role=wanted.role), GROUPS)
    items: list[MeterOut] = [describe_meter(one, firm) for one in part["items"]]
    return MetersOut(items=items, total=part["total"], groups=part["groups"])


@router.post("/meters", response=MeterOut)
def add_meter(request: HttpRequest, given: MeterIn) -> MeterOut:
    """A meter of a firm; its curve comes from a sensor of power."""
    visible_objects(request.user).get(pk=given.object_id)
    made = services.add_meter(
        actor=actor_of(request),
        object_id=given.object_id,
        code=given.code,
        described=_described(given),
        hung=_hung(given),
        since=given.since,
        now=current_time(),
    )
    return describe_meter(queries.visible_meters(request.user).get(pk=made.pk))


@router.post("/meters/table", response=MeterTableOut)
@costly
def take_meters(request: HttpRequest, given: MeterTableIn) -> MeterTableOut:
    """Many meters at once, with every wrong row; with wrong rows nothing is taken unless `leave_wrong`."""
    rows = [(position, row.dict()) for position, row in enumerate(given.rows)]
    result = enter_rows(actor=actor_of(request), kind=KIND, rows=rows, leave_wrong=given.leave_wrong, now=current_time())
    wrong = [WrongMeterRowOut(position=row.line, about=row.name, reason=reason) for row, reason in result.wrong]
    return MeterTableOut(new=result.new, changed=result.changed, same=result.same, wrong=wrong)


@router.get("/meters/{meter_id}", response=MeterDetailOut)
def meter(request: HttpRequest, meter_id: UUID) -> MeterDetailOut:
    """One meter with its history of devices and multipliers, and its shares."""
    return _meter(request, meter_id)


@router.put("/meters/{meter_id}", response=MeterDetailOut)
def change_meter(request: HttpRequest, meter_id: UUID, given: MeterChangeIn) -> MeterDetailOut:
    """What a meter measures, put right."""
    queries.visible_meters(request.user).get(pk=meter_id)
    services.change_meter(actor=actor_of(request), meter_id=meter_id, described=_described(given))
    return _meter(request, meter_id)


@router.post("/meters/{meter_id}/swaps", response=MeterDetailOut)
def swap_meter(request: HttpRequest, meter_id: UUID, given: MeterSwapIn) -> MeterDetailOut:
    """From a moment on another device hangs there, or other transformers."""
    queries.visible_meters(request.user).get(pk=meter_id)
    services.swap_meter(
        actor=actor_of(request), meter_id=meter_id, hung=_hung(given), at=given.at, note=given.note, now=current_time()
    )
    return _meter(request, meter_id)


@router.post("/meter-periods/{meter_period_id}/correction", response=MeterDetailOut)
def correct_period(request: HttpRequest, meter_period_id: UUID, given: MeterCorrectionIn) -> MeterDetailOut:
    """An entry of a meter's history was wrong: another takes its place, the old one stays as withdrawn."""
    row = queries.visible_periods(request.user).get(pk=meter_period_id)
    services.correct_period(
        actor=actor_of(request), period_id=row.pk, hung=_hung(given), since=given.since, note=given.note, now=current_time()
    )
    return _meter(request, row.meter_id)


@router.post("/meters/{meter_id}/retirement", response=MeterDetailOut)
def retire_meter(request: HttpRequest, meter_id: UUID, given: MeterRetirementIn) -> MeterDetailOut:
    """Nothing hangs there from a moment on."""
    queries.visible_meters(request.user).get(pk=meter_id)
    services.retire_meter(actor=actor_of(request), meter_id=meter_id, at=given.at, note=given.note, now=current_time())
    return _meter(request, meter_id)


@router.post("/meters/{meter_id}/shares", response=MeterDetailOut)
def share_meter(request: HttpRequest, meter_id: UUID, given: MeterSharesIn) -> MeterDetailOut:
    """Who has which share of a meter from a moment on."""
    queries.visible_meters(request.user).get(pk=meter_id)
    shares = {one.object_id: one.share for one in given.shares}
    services.share_meter(actor=actor_of(request), meter_id=meter_id, shares=shares, at=given.at, now=current_time())
    return _meter(request, meter_id)


def _described(given: MeterChangeIn) -> Described:
    return Described(role=given.role, name=given.name, rated_kw=given.rated_kw, protects=given.protects)


def _hung(given: MeterHungIn) -> Hung:
    return Hung(given.sensor_id, given.serial, given.multiplier, given.included)


def _meter(request: HttpRequest, meter_id: UUID) -> MeterDetailOut:
    found = queries.visible_meters(request.user).get(pk=meter_id)
    periods = queries.in_order(queries.visible_periods(request.user).filter(meter=found))
    all_firms = may(request.user, rights.SEE, found.object.region_code)
    return describe_whole_meter(found, periods, all_firms=all_firms)
