"""A small world of supplies: people, items, stores, and goods in them."""

from datetime import UTC, date, datetime

from tests.people import LICANG, QINGDAO, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.jurisdiction.people.models import User
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.services.items import ItemFacts, register_item
from tocsin.supplies.stock.models import Holding, Lot, Store
from tocsin.supplies.stock.rules.lots import Level
from tocsin.supplies.stock.services.receiving import Received, receive

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


def head(region: str = QINGDAO) -> User:
    """A head of supplies."""
    return make_person("supplies_head", region)


def item(by: User, name: str = "棉被", *, region: str = QINGDAO, **facts: object) -> Item:
    """A kind of item in the catalogue."""
    told = {"class_code": "1000000", "category": "A1", "name_zh": name, "unit_zh": "床", **facts}
    return register_item(actor=by, region_code=region, facts=ItemFacts(**told), now=NOW)  # type: ignore[arg-type]


def store(
    name: str = "李沧区救灾物资库", region: str = LICANG, body: str = "emergency_bureau", level: Level = Level.COUNTY
) -> Store:
    """A store of one of the usual bodies."""
    owner = usual_bodies(region)[body]
    return Store.objects.create(name=name, region_code=region, body=owner, level=level.value, lon=120.41, lat=36.16)


def received(
    by: User,
    where: Store,
    what: Item,
    units: int,
    number: str = "L1",
    expires_on: date | None = None,
    *,
    at: datetime = NOW,
    **more: object,
) -> Holding:
    """So many units of a lot come in; what the store then has of it."""
    line = Received(item_id=what.pk, amount=units * 1000, number=number, expires_on=expires_on, **more)  # type: ignore[arg-type]
    receive(actor=by, store_id=where.pk, lines=[line], now=max(at, NOW), at=at, key=str(new_id()))
    lot = Lot.objects.get(
        item=what, number=number, owner=line.owner_id or where.body_id, reserve=line.reserve, level=line.level or where.level
    )
    return Holding.objects.get(store=where, lot=lot)
