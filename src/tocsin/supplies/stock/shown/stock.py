"""Stores, lots, the ledger and reservations as people and programs read them. Quantities are in the item's count unit."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from ninja import Field, Schema

from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.policy.classes import reads_chinese
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.models import BUCKETS, Holding, Line, Lot, Movement, Reservation, Store
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.rules.ledger import Kind, State
from tocsin.supplies.stock.rules.lots import Colour, Level, Reserve, expiry_colour
from tocsin.supplies.stock.rules.reservations import Hold
from tocsin.supplies.stock.shown import names


class StoreOut(Schema):
    """A store's card."""

    id: UUID
    name: str
    region_code: str
    body: str = Field(description="which keeps it")
    level: Level
    level_name: str
    lon: float | None
    lat: float | None
    address: str
    access: str = Field(description="which way in, for how large a vehicle")
    contact: str
    telephone: str
    opening: str
    capacity_m3: float | None
    active: bool
    written_at: datetime | None = Field(description="when its ledger was last written")
    age: str = Field(description="fresh, old, grey or none: how old its figures are by policy")


class AmountsOut(Schema):
    """What there is in each state, in units."""

    free: float = Field(description="available to promise, unless the lot is recalled")
    reserved: float
    in_transit: float = Field(description="on the way to this store")
    returned: float = Field(description="came back and was not looked at yet")
    in_repair: float
    expired: float
    overdue: float = Field(description="gear whose upkeep is overdue: not promised before it is done")


class HoldingOut(AmountsOut):
    """What lies of one lot in one store."""

    store_id: UUID
    store: str
    region_code: str
    lot_id: UUID
    lot: str
    item_id: UUID
    item: str
    code: str
    unit: str
    category: str
    owner: str
    reserve: Reserve
    reserve_name: str
    level: Level
    level_name: str
    bay: str = Field(description="where in the store")
    expires_on: date | None
    colour: Colour
    colour_name: str
    recalled: bool
    counted: bool = Field(description="false: another report of the same goods counts in totals")

    @property
    def css(self) -> str:
        """How a page marks the last day."""
        return names.COLOUR_CLASSES[self.colour]

    @property
    def others(self) -> list[tuple[str, float]]:
        """The states other than available of which there is some, in words."""
        told = ((state, getattr(self, name)) for state, name in BUCKETS.items() if state is not State.FREE)
        return [(str(names.STATE_NAMES[state]), amount) for state, amount in told if amount]


class LotOut(Schema):
    """Goods that came together, as one body reports them."""

    id: UUID
    number: str
    item_id: UUID
    item: str
    code: str
    unit: str
    owner: str
    reserve: Reserve
    reserve_name: str
    level: Level
    level_name: str
    lead_time_h: int
    maker: str
    made_on: date | None
    expires_on: date | None
    colour: Colour
    colour_name: str
    recalled_at: datetime | None
    recall_reason: str

    @property
    def css(self) -> str:
        """How a page marks the last day."""
        return names.COLOUR_CLASSES[self.colour]


class StockLineOut(Schema):
    """One line of the ledger."""

    id: int
    movement_id: UUID
    at: datetime = Field(description="when it happened")
    written_at: datetime = Field(description="when the ledger heard of it")
    by: str
    store: str
    kind: str
    kind_name: str
    source: str
    target: str
    quantity: float
    document: str
    partner: str
    reason: str


class MovementOut(Schema):
    """One act upon stock."""

    id: UUID
    kind: str
    kind_name: str
    store_id: UUID | None
    store: str
    at: datetime
    written_at: datetime
    by: str
    document: str
    partner: str
    reason: str
    lines: int


class ReservationOut(Schema):
    """Goods that are kept for a purpose until a moment."""

    id: UUID
    purpose: str
    region_code: str
    state: Hold
    state_name: str
    until: datetime
    made_at: datetime
    made_by: str
    ended_at: datetime | None


def item_name(item: Item) -> str:
    """The item's name in the reader's language."""
    return item.name_zh if reads_chinese() or not item.name_en else item.name_en


def unit_name(item: Item) -> str:
    """Its count unit in the reader's language."""
    return item.unit_zh if reads_chinese() or not item.unit_en else item.unit_en


def describe_store(one: Store, now: datetime) -> StoreOut:
    """One store; its body is loaded."""
    return StoreOut(
        id=one.pk,
        name=one.name,
        region_code=one.region_code,
        body=str(one.body),
        level=Level(one.level),
        level_name=str(names.LEVEL_NAMES[Level(one.level)]),
        lon=one.lon,
        lat=one.lat,
        address=one.address,
        access=one.access,
        contact=one.contact,
        telephone=one.telephone,
        opening=one.opening,
        capacity_m3=one.capacity_m3,
        active=one.active,
        written_at=one.written_at,
        age=_age(one.written_at, now),
    )


def _age(written_at: datetime | None, now: datetime) -> str:
    if written_at is None:
        return "none"
    if now - written_at > stock_policy().grey_after:
        return "grey"
    return "fresh" if (now - written_at).total_seconds() <= stock_policy().age.fresh_h * 3600 else "old"


def describe_holding(one: Holding, day: date, amounts: Mapping[State, int] | None = None) -> HoldingOut:
    """What lies of a lot in a store; store, lot, item and owner are loaded. `amounts`: those of another moment."""
    told = amounts if amounts is not None else {state: getattr(one, name) for state, name in BUCKETS.items()}
    colour = expiry_colour(one.expires_on, day, stock_policy().expiry.bands)
    return HoldingOut(
        store_id=one.store_id,
        store=one.store.name,
        region_code=one.region_code,
        lot_id=one.lot_id,
        lot=one.lot.number,
        item_id=one.item_id,
        item=item_name(one.item),
        code=one.item.code,
        unit=unit_name(one.item),
        category=one.category,
        owner=str(one.owner),
        reserve=Reserve(one.reserve),
        reserve_name=str(names.RESERVE_NAMES[Reserve(one.reserve)]),
        level=Level(one.level),
        level_name=str(names.LEVEL_NAMES[Level(one.level)]),
        bay=one.bay,
        expires_on=one.expires_on,
        colour=colour,
        colour_name=str(names.COLOUR_NAMES[colour]),
        recalled=one.blocked,
        counted=one.counted,
        **{name: float(to_number(told[state])) for state, name in BUCKETS.items()},
    )


def describe_lot(one: Lot, day: date) -> LotOut:
    """One lot; its item and owner are loaded."""
    colour = expiry_colour(one.expires_on, day, stock_policy().expiry.bands)
    return LotOut(
        id=one.pk,
        number=one.number,
        item_id=one.item_id,
        item=item_name(one.item),
        code=one.item.code,
        unit=unit_name(one.item),
        owner=str(one.owner),
        reserve=Reserve(one.reserve),
        reserve_name=str(names.RESERVE_NAMES[Reserve(one.reserve)]),
        level=Level(one.level),
        level_name=str(names.LEVEL_NAMES[Level(one.level)]),
        lead_time_h=one.lead_time_h,
        maker=one.maker,
        made_on=one.made_on,
        expires_on=one.expires_on,
        colour=colour,
        colour_name=str(names.COLOUR_NAMES[colour]),
        recalled_at=one.recalled_at,
        recall_reason=one.recall_reason,
    )


def describe_line(one: Line) -> StockLineOut:
    """One line of the ledger; its movement, who wrote it and the store are loaded."""
    act = one.movement
    return StockLineOut(
        id=one.pk,
        movement_id=act.pk,
        at=one.at,
        written_at=act.written_at,
        by=str(act.by),
        store=one.holding.store.name,
        kind=Kind(one.kind).name.lower(),
        kind_name=str(names.KIND_NAMES[Kind(one.kind)]),
        source=str(names.STATE_NAMES[State(one.source)]),
        target=str(names.STATE_NAMES[State(one.target)]),
        quantity=float(to_number(one.amount)),
        document=act.document,
        partner=act.partner,
        reason=act.reason,
    )


def describe_movement(one: Movement) -> MovementOut:
    """One act; its store and who wrote it are loaded."""
    return MovementOut(
        id=one.pk,
        kind=Kind(one.kind).name.lower(),
        kind_name=str(names.KIND_NAMES[Kind(one.kind)]),
        store_id=one.store_id,
        store=one.store.name if one.store else "",
        at=one.at,
        written_at=one.written_at,
        by=str(one.by),
        document=one.document,
        partner=one.partner,
        reason=one.reason,
        lines=one.lines.count(),
    )


def goods_of(one: Movement) -> list[str]:
    """What an act moves, each lot in words; its lines are loaded with items and lots."""
    lines = [(line.holding.item, line.holding.lot, line.amount) for line in one.lines.all()]
    return [f"{item_name(item)} {lot.number}: {to_number(amount)} {unit_name(item)}" for item, lot, amount in lines]


def describe_reservation(one: Reservation) -> ReservationOut:
    """One reservation; who made it is loaded."""
    return ReservationOut(
        id=one.pk,
        purpose=one.purpose,
        region_code=one.region_code,
        state=Hold(one.state),
        state_name=str(names.HOLD_NAMES[Hold(one.state)]),
        until=one.until,
        made_at=one.made_at,
        made_by=str(one.made_by),
        ended_at=one.ended_at,
    )


STOCK_COLUMNS: Final = (
    *("code", "item", "unit", "category", "lot", "store", "region_code", "owner", "reserve_name", "level_name"),
    *(
        "bay",
        "expires_on",
        "colour_name",
        "recalled",
        "counted",
        "free",
        "reserved",
        "in_transit",
        "returned",
        "in_repair",
        "expired",
        "overdue",
    ),
)
