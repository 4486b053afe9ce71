"""What the phone page of a keeper reads, and what it sends: counts and results of upkeep."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.fieldwork.api import MOST_AT_ONCE, MOST_COUNTED, DeviceActIn, take, take_photo
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.queries.requests import deliveries_to_keep
from tocsin.supplies.requests.rules.states import DELIVERY, DeliveryAct
from tocsin.supplies.requests.shown import phone as deliveries_shown
from tocsin.supplies.requests.shown.phone import STEPS_OF_KEEPER, PhoneDeliveryOut, describe_for_phone
from tocsin.supplies.requests.shown.requests import with_goods
from tocsin.supplies.stock.shown.stock import item_name, unit_name
from tocsin.supplies.stocktakes.models import CountEntry, CountLine, Stocktake
from tocsin.supplies.stocktakes.queries.takes import lines_of, visible_stocktakes
from tocsin.supplies.stocktakes.rules.counting import STOCKTAKE, CountAct, Difference, TakeState
from tocsin.supplies.stocktakes.services.takes import verdict_of
from tocsin.supplies.stocktakes.shown import takes as takes_shown
from tocsin.supplies.upkeep.models import UpkeepEntry
from tocsin.supplies.upkeep.queries.due import due_by, visible_upkeep
from tocsin.supplies.upkeep.rules.runs import RESULTS, UPKEEP, UpkeepAct
from tocsin.supplies.upkeep.shown import gear as gear_shown
from tocsin.supplies.upkeep.shown.gear import RESULT_NAMES, UpkeepOut, describe_upkeep

if TYPE_CHECKING:
    from tocsin.supplies.requests.models import DeliveryEntry

router = Router()
MOST_GEAR = 500
MOST_DELIVERIES = 100


class KeeperLineOut(Schema):
    """A lot to count. What the ledger says of it is not told: whoever counts sees what lies there alone."""

    id: UUID
    version: int
    place: int
    lot_id: UUID
    lot: str
    item: str
    code: str
    unit: str
    bay: str
    expires_on: date | None
    counted: float | None
    verdict: Difference | None
    reason: str
    conflict: bool


class KeeperEntryOut(Schema):
    act_name: str
    about: str
    text: str
    at: datetime
    conflict: str


class KeeperTakeOut(Schema):
    """A stock-take as its counters' phones need it."""

    id: UUID
    version: int
    number: str
    store_id: UUID
    store: str
    finished: bool
    lines: list[KeeperLineOut]
    entries: list[KeeperEntryOut] = Field(description="the last 30")


class KeeperGearOut(UpkeepOut):
    """Gear to be run or inspected, with the last entries."""

    entries: list[KeeperEntryOut]


class KeeperResultOut(Schema):
    code: str
    name: str


class KeeperOut(Schema):
    now: datetime
    person_id: str
    person: str
    takes: list[KeeperTakeOut]
    gear: list[KeeperGearOut]
    deliveries: list[PhoneDeliveryOut] = Field(description="that wait for a step in your stores, the soonest due first")
    results: list[KeeperResultOut]


class KeeperDataIn(Schema, extra="forbid"):
    text: str = Field("", max_length=2000)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    line: UUID | None = Field(None, description="the lot of the list that was counted")
    counted: Decimal | None = Field(None, ge=0, le=1_000_000_000, description="in the item's unit")
    seen: int = Field(0, ge=0, le=MOST_COUNTED, description="version of the line that the person saw")
    quantity: Decimal | None = Field(None, gt=0, le=1_000_000_000, description="how much of the gear does not work; null: all")
    counts: dict[str, int] = Field({}, description="line of the delivery -> thousandths of the unit; none: all of it")
    code: str = Field("", max_length=20, description="what the receiver was shown, to hand over")
    driver: str = Field("", max_length=60)
    telephone: str = Field("", max_length=40)
    vehicle: str = Field("", max_length=40)


class KeeperEntryIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    work: Literal["stocktake", "upkeep", "delivery"]
    work_id: UUID = Field(description="the stock-take, the upkeep of gear, or the delivery")
    act: CountAct | UpkeepAct | DeliveryAct
    data: KeeperDataIn | None = None


class KeeperEntriesIn(Schema, extra="forbid"):
    channel: Literal["api", "phone"] = "api"
    entries: list[KeeperEntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class KeeperTakenOut(Schema):
    """What became of one entry."""

    id: UUID
    taken: bool
    verdict: str
    version: int | None
    reason: str


@router.get("/keeper", response=KeeperOut)
def keeper(request: HttpRequest) -> KeeperOut:
    """The open stock-takes of your stores with their lots, the gear that is due there, and the deliveries out of them."""
    if not may_anywhere(request.user, rights.KEEP):
        raise NotAllowed(_("Your roles give you no store to keep."))
    now, user = current_time(), actor_of(request)
    day = timezone.localdate(now)
    takes = visible_stocktakes(user, rights.KEEP).filter(state=TakeState.COUNTING)[:20]
    gear = visible_upkeep(user, rights.KEEP).filter(due_by(day)).prefetch_related("entries")[:MOST_GEAR]
    return KeeperOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        takes=[_take_out(one) for one in takes],
        gear=[KeeperGearOut(**describe_upkeep(one, day).model_dump(), entries=_gear_entries(one.entries.all())) for one in gear],
        deliveries=[
            describe_for_phone(one, now, STEPS_OF_KEEPER) for one in with_goods(deliveries_to_keep(user))[:MOST_DELIVERIES]
        ],
        results=[KeeperResultOut(code=one.value, name=str(RESULT_NAMES[one])) for one in RESULTS],
    )


@router.post("/keeper/entries", response=list[KeeperTakenOut])
def entries(request: HttpRequest, given: KeeperEntriesIn) -> list[KeeperTakenOut]:
    """Counts, results of upkeep and steps of deliveries, in the order in which they are sent. Each is taken or refused by
    itself; a second delivery changes nothing.
    """
    return [_take(request, one) for one in given.entries]


@router.post("/keeper/photos", response=KeeperTakenOut)
def photo(
    request: HttpRequest,
    file: File[UploadedFile],
    id: Form[UUID],
    at: Form[AwareDatetime],
    text: Form[str] = "",
    device: Form[str] = "",
    sequence: Form[int] = 0,
    base_version: Form[int | None] = None,
    upkeep_id: Query[UUID | None] = None,
    delivery_id: Query[UUID | None] = None,
) -> KeeperTakenOut:
    """A photo of gear that was run or inspected, or of a delivery; one of the two is named."""
    if (upkeep_id is None) == (delivery_id is None):
        raise InvalidInput(_("A photo is of gear or of a delivery: name one of the two."))
    kept = take_photo(
        request,
        UPKEEP if upkeep_id else DELIVERY,
        upkeep_id or cast("UUID", delivery_id),
        file,
        identity=id,
        at=at,
        data={"text": text[:2000]},
        device=device,
        sequence=sequence,
        base_version=base_version,
    )
    return KeeperTakenOut(id=kept.pk, taken=True, verdict=kept.verdict, version=kept.version, reason="")


def _take(request: HttpRequest, given: KeeperEntryIn) -> KeeperTakenOut:
    subject = {"stocktake": STOCKTAKE, "upkeep": UPKEEP, "delivery": DELIVERY}[given.work]
    taken = take(request, subject, given.work_id, given, given.data)
    if taken.entry is None:
        return KeeperTakenOut(id=given.id, taken=False, verdict="", version=None, reason=taken.reason)
    kept = taken.entry
    if subject == STOCKTAKE:
        reason = takes_shown.conflict_of(cast("CountEntry", kept))
    elif subject == DELIVERY:
        reason = deliveries_shown.conflict_of(cast("DeliveryEntry", kept))
    else:
        reason = gear_shown.conflict_of(cast("UpkeepEntry", kept))
    return KeeperTakenOut(id=kept.pk, taken=True, verdict=kept.verdict, version=kept.version, reason=reason)


def _take_out(take: Stocktake) -> KeeperTakeOut:
    told = take.entries.select_related("line__holding__lot", "line__holding__item").order_by("-version")[:30]
    return KeeperTakeOut(
        id=take.pk,
        version=take.version,
        number=take.number,
        store_id=take.store_id,
        store=take.store.name,
        finished=take.finished_at is not None,
        lines=[_line_out(take, one) for one in lines_of(take)],
        entries=[_count_entry(one) for one in reversed(told)],
    )


def _line_out(take: Stocktake, one: CountLine) -> KeeperLineOut:
    held = one.holding
    return KeeperLineOut(
        id=one.pk,
        version=one.version,
        place=one.place,
        lot_id=held.lot_id,
        lot=held.lot.number,
        item=item_name(held.item),
        code=held.item.code,
        unit=unit_name(held.item),
        bay=held.bay,
        expires_on=held.expires_on,
        counted=None if one.counted is None else one.counted / 1000,
        verdict=None if one.counted is None else verdict_of(take, one),
        reason=one.reason,
        conflict=one.conflict,
    )


def _count_entry(one: CountEntry) -> KeeperEntryOut:
    held = one.line.holding if one.line else None
    counted = f" {one.data['counted']} {unit_name(held.item)}" if held and "counted" in one.data else ""
    return KeeperEntryOut(
        act_name=f"{takes_shown.ACT_NAMES[CountAct(one.act)]}{counted}",
        about=f"{item_name(held.item)} {held.lot.number}" if held else "",
        text=one.data.get("text", ""),
        at=one.at,
        conflict=takes_shown.conflict_of(one),
    )


def _gear_entries(rows: Iterable[UpkeepEntry]) -> list[KeeperEntryOut]:
    return [
        KeeperEntryOut(
            act_name=str(RESULT_NAMES[UpkeepAct(one.act)]),
            about="",
            text=one.data.get("text", ""),
            at=one.at,
            conflict=gear_shown.conflict_of(one),
        )
        for one in list(rows)[-10:]
    ]
