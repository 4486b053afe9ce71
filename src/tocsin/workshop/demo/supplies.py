"""The stores of a demonstration: what lies in them, what is on its way, what is kept for somebody, what will expire.

Everything goes through the services that pages and programs call, with dates of receipt in the past, so that the ledger has a
history from the first day on.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from django.utils import timezone

from tocsin.workshop.demo.memory import Login
from tocsin.workshop.demo.requisitions import settle_requisitions

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User
    from tocsin.supplies.stock.models import Store

_PEOPLE: Final = (
    ("supplies_head", "supplies", "物资负责人（演示）", "emergency_bureau"),
    ("store_keeper", "store", "仓库保管员（演示）", "emergency_bureau"),
)


class _Place(NamedTuple):
    name: str
    body: str
    level: str
    reserve: str
    lon: float
    lat: float
    address: str
    access: str
    capacity_m3: float
    goods: tuple[tuple[str, int], ...]  # name of a shipped kind, units in all its lots


_PLACES: Final = (
    _Place(
        *("区级救灾物资储备库（演示）", "emergency_bureau", "county", "government", 120.4290, 36.1630),
        *("九水路177号", "北门，可进17.5米货车", 6200.0),
        (
            *(
                ("救灾帐篷(12平方米)", 420),
                ("折叠床", 1500),
                ("棉被", 3600),
                ("棉大衣", 1800),
                ("毛毯、毛巾被", 2200),
                ("电暖器", 10),
            ),
            *(("饮用水", 2600), ("方便食品、自热食品", 1900), ("压缩饼干", 800), ("手电、应急灯", 900), ("急救包", 350)),
        ),
    ),
    _Place(
        *("防汛抢险物资库（演示）", "emergency_bureau", "county", "government", 120.3985, 36.1878),
        *("重庆中路北段", "东门，限高4.2米", 3800.0),
        (
            *(("编织袋、麻袋", 86000), ("土工布", 12000), ("块石、砂石料", 3200), ("排水泵、龙吸水", 14), ("冲锋舟、橡皮艇", 22)),
            *(("救生衣", 1300), ("救生圈", 420), ("柴油发电机组", 18)),
        ),
    ),
    _Place(
        *("危化品应急装备库（演示）", "emergency_bureau", "city", "government", 120.4421, 36.1402),
        *("合川路", "24小时可进", 900.0),
        (
            *(("正压式空气呼吸器", 96), ("防化服", 140), ("便携式气体检测仪", 60), ("泡沫灭火剂", 38), ("灭火器", 800)),
            *(("消防水带", 260), ("液压破拆工具", 12), ("生命探测仪", 4), ("警戒带、警示灯", 150)),
        ),
    ),
    _Place(
        *("燃气公司抢险库（演示）", "gas_company", "firm", "agreement", 120.4117, 36.1555),
        *("石牛山路", "值班室联系", 350.0),
        (("便携式气体检测仪", 45), ("正压式空气呼吸器", 30), ("警戒带、警示灯", 80), ("柴油发电机组", 6)),
    ),
    _Place(
        *("街道应急物资点（演示）", "emergency_bureau", "town", "social", 120.4376, 36.1702),
        *("社区服务中心一层", "手推车", 60.0),
        (
            ("饮用水", 120),
            ("方便食品、自热食品", 90),
            ("棉大衣", 60),
            ("手电、应急灯", 70),
            ("医用外科口罩", 4000),
            ("电暖器", 10),
        ),
    ),
)
_MEETING_POINT: Final = ("石牛山路社区服务中心", 120.4302, 36.1571)
_MINUTES: Final = (5, 15, 9, 4, 6)  # from each of the places to there, as a driver of the bureau knows it
_DUG_UP: Final = ((120.408682, 36.167749), (120.409508, 36.170867), (120.410005, 36.173749), (120.4109, 36.1790))
_EXPIRED, _SOON, _ODD = 2, 20, 7  # days since and until some last days; every so manieth lot has one of them


def settle_supplies(region_code: str, now: datetime) -> tuple[Login, ...]:
    """Catalogue, stores and goods, and who keeps them; the accounts that were made."""
    logins = tuple(_person(*one, region_code) for one in _PEOPLE)
    by = _found("supplies")
    _fill_catalogue(by, region_code, now)
    stores = [_store(by, region_code, place) for place in _PLACES]
    for store, place in zip(stores, _PLACES, strict=True):
        for number, line in enumerate(_lots(place, timezone.localdate(now))):
            _receive(by, store, place, number, line, now)
    _go_on(by, stores, now)
    _keep_up(by, stores, now)
    _set_levels(by, region_code, now)
    _know_roads(by, region_code, now)
    settle_requisitions(region_code, now)
    return logins


def _person(role: str, username: str, name: str, body: str, region_code: str) -> Login:
    from tocsin.jurisdiction.bodies.queries import organisation_by_code
    from tocsin.jurisdiction.people.services.accounts import create_person, new_one_time_password
    from tocsin.jurisdiction.people.services.grants import grant_role
    from tocsin.jurisdiction.people.services.system import system_actor

    organisation = organisation_by_code(body, region_code)
    password = new_one_time_password()
    user, _ = create_person(
        actor=system_actor(),
        username=username,
        name=name,
        organisation_id=organisation.pk if organisation else None,
        password=password,
    )
    grant_role(actor=system_actor(), user=user, role=role, region_code=region_code)
    return Login(role, username, password)


def _found(username: str) -> "User":
    from tocsin.jurisdiction.people.queries import person_by_username

    found = person_by_username(username)
    if found is None:
        raise LookupError(f"the demonstration has no person {username}")
    return found


def _fill_catalogue(by: "User", region_code: str, now: datetime) -> None:
    from tocsin.supplies.catalogue.services.items import ItemFacts, register_item, take_shipped

    take_shipped(actor=by, region_code=region_code, now=now)
    heater = ItemFacts(
        class_code="1000000", category="A1", name_zh="电暖器", name_en="Electric heater", unit_zh="台", unit_en="heater"
    )
    register_item(actor=by, region_code=region_code, facts=heater, now=now)


def _store(by: "User", region_code: str, place: _Place) -> "Store":
    from tocsin.jurisdiction.bodies.queries import organisation_by_code
    from tocsin.supplies.stock.rules.lots import Level
    from tocsin.supplies.stock.services.stores import StoreFacts, register_store

    body = organisation_by_code(place.body, region_code)
    if body is None:
        raise LookupError(f"the demonstration has no body {place.body}")
    facts = StoreFacts(
        name=place.name,
        level=Level(place.level),
        lon=place.lon,
        lat=place.lat,
        address=place.address,
        access=place.access,
        contact="值班保管员",
        telephone="0532-5550177",
        opening="8:30-17:30，应急24小时",
        capacity_m3=place.capacity_m3,
    )
    return register_store(actor=by, region_code=region_code, body_id=body.pk, facts=facts)


class _Lot(NamedTuple):
    item_id: UUID
    units: int
    made_on: date
    expires_on: date | None


def _lots(place: _Place, today: date) -> Iterator[_Lot]:
    """Each kind in three lots of different years, in each place of other days; now and then one expires soon, or lately did."""
    from tocsin.supplies.catalogue.models import Item

    items = {one.name_zh: one for one in Item.objects.all()}
    for row, (name, units) in enumerate(place.goods):
        item = items[name]
        months = item.shelf_life_months
        for part, share in enumerate((5, 3, 2)):
            age = timedelta(days=round((months or 60) * 30.4 * (0.15 + 0.3 * part)) + 13 * _PLACES.index(place))
            ends = None
            if months and (row * 3 + part) % _ODD == _ODD - 1:
                ends = today + timedelta(days=_SOON if part == 1 else -_EXPIRED)
            yield _Lot(item.pk, max(1, units * share // 10), today - age, ends)


def _receive(by: "User", store: "Store", place: _Place, number: int, lot: _Lot, now: datetime) -> None:
    from tocsin.supplies.stock.rules.lots import Reserve
    from tocsin.supplies.stock.services.receiving import Received, receive

    line = Received(
        item_id=lot.item_id,
        amount=lot.units * 1000,
        number=f"{lot.made_on:%Y%m}{number:03d}",
        reserve=Reserve(place.reserve),
        made_on=lot.made_on,
        expires_on=lot.expires_on,
        lead_time_h=12 if place.reserve == "agreement" else 0,
    )
    at = now - timedelta(days=30 + 11 * (number % 9), hours=number % 7)
    receive(actor=by, store_id=store.pk, lines=[line], now=now, at=at, partner="采购", document=f"RK{at:%Y%m%d}-{number:02d}")


def _go_on(by: "User", stores: "list[Store]", now: datetime) -> None:
    """Some of it was given out, some is on its way, some is kept for a drill, and some was in repair."""
    from tocsin.supplies.catalogue.models import Item
    from tocsin.supplies.stock.models import Holding
    from tocsin.supplies.stock.rules.ledger import Kind, State
    from tocsin.supplies.stock.services.handling import handle
    from tocsin.supplies.stock.services.issuing import Wanted, issue
    from tocsin.supplies.stock.services.reservations import reserve
    from tocsin.supplies.stock.services.transfers import send

    items = {one.name_zh: one.pk for one in Item.objects.all()}
    relief, flood, _danger, _gas, town = stores
    line = Wanted(item_id=items["棉大衣"], amount=120_000)
    issue(actor=by, store_id=relief.pk, lines=[line], partner="寒潮安置点", now=now, at=now - timedelta(days=6), document="CK-07")
    send(actor=by, store_id=relief.pk, to_store_id=town.pk, lines=[Wanted(item_id=items["饮用水"], amount=80_000)], now=now)
    kept = [Wanted(item_id=items["编织袋、麻袋"], amount=6_000_000), Wanted(item_id=items["排水泵、龙吸水"], amount=2_000)]
    reserve(actor=by, store_id=flood.pk, lines=kept, purpose="防汛演练", until=now + timedelta(days=3), now=now)
    pump = Holding.objects.filter(store=flood, item=items["柴油发电机组"], free__gte=1000).order_by("pk").first()
    if pump is not None:
        where = {"actor": by, "store_id": flood.pk, "lot_id": pump.lot_id, "now": now}
        handle(**where, kind=Kind.REPAIR, amount=1000, source=State.FREE, reason="月度试机不能启动")  # type: ignore[arg-type]


def _keep_up(by: "User", stores: "list[Store]", now: datetime) -> None:
    """Gear was run lately, but for one generator, which is overdue; the relief store is being counted, with one difference."""
    from decimal import Decimal

    from tocsin.base.ids import new_id
    from tocsin.fieldwork.rules import NewAct
    from tocsin.supplies.stocktakes.rules.counting import CountAct, Extent
    from tocsin.supplies.stocktakes.rules.entries import CountData
    from tocsin.supplies.stocktakes.services.counts import enter_count
    from tocsin.supplies.stocktakes.services.takes import open_stocktake
    from tocsin.supplies.upkeep.models import Upkeep
    from tocsin.supplies.upkeep.services.clocks import enter_upkeep, hold_back

    enter_upkeep()
    today, first = timezone.localdate(now), True
    for one in Upkeep.objects.select_related("holding__item").order_by("holding__store", "id"):
        late = first and one.holding.item.name_zh == "柴油发电机组"
        first = first and not late
        one.due_on = today - timedelta(days=9) if late else today + timedelta(days=3 + one.holding_id % 24)
        one.save(update_fields=["due_on"])
    hold_back(today, now)
    relief = stores[0]
    for number, held in enumerate(relief.holdings.order_by("item__code", "pk")):
        held.bay = f"{'ABC'[number % 3]}-{number // 3 + 1:02d}"
        held.save(update_fields=["bay"])
    take = open_stocktake(actor=by, store_id=relief.pk, extent=Extent.ALL, now=now)
    for number, line in enumerate(take.lines.order_by("place")[:5]):
        counted = Decimal(line.frozen) / 1000 - (40 if number == 2 else 0)
        data = CountData(line=line.pk, counted=counted)
        enter_count(actor=by, act=NewAct(new_id(), take.pk, CountAct.COUNT, now, data, "demo"))


def _set_levels(by: "User", region_code: str, now: datetime) -> None:
    """People at risk of the district: there are too few of some kinds."""
    from tocsin.supplies.levels.services.people import enter_people, watch_levels

    for hazard, people in (("flood", 24_000), ("cold", 60_000), ("quake", 38_000)):
        enter_people(actor=by, region_code=region_code, hazard=hazard, people=people, source="区应急局测算（演示）", now=now)
    watch_levels(now=now)


def _know_roads(by: "User", region_code: str, now: datetime) -> None:
    """Travel times to the community's meeting point, and a road that is dug up by night."""
    from tocsin.records.face import enter_rows
    from tocsin.supplies.roads.rules.closures import RoadShape
    from tocsin.supplies.roads.services.closures import NewClosure, close_road

    name, lon, lat = _MEETING_POINT
    rows = [
        (line, {"store": place.name, "place": name, "lon": str(lon), "lat": str(lat), "minutes": str(minutes)})
        for line, (place, minutes) in enumerate(zip(_PLACES, _MINUTES, strict=True), 1)
    ]
    enter_rows(actor=by, kind="travel-times", rows=rows, region_code=region_code, now=now)
    works = NewClosure(
        region_code=region_code,
        name="四流中路北段",
        shape=RoadShape.LINE,
        corners=_DUG_UP,
        reason="雨水管改造，夜间围挡施工，绕行兴国路",
        until_at=now + timedelta(hours=26),
        detour_min=6,
    )
    close_road(actor=by, new=works, now=now - timedelta(hours=7))
