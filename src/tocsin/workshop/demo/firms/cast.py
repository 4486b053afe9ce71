"""Made-up firms of the demonstration: a suspended chemical firm that works at night among them. They come in by the same services
and doors as real ones: the register, meters as devices, records of platforms as files that a connector picks up.
"""

import json
import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from tocsin.base.credit_codes import check_character, organisation_check_character
from tocsin.base.time import datetime_from_ms
from tocsin.engine.columns import Readings
from tocsin.engine.work.firm import QUARTER_MS, WHOLE, OrderKind, PointQuality
from tocsin.records.calendar.policy import working_days
from tocsin.simulation.firms.sets import FirmSet, make_set
from tocsin.simulation.firms.stops import Cheat, Staged, Stop
from tocsin.workshop.demo.memory import Login
from tocsin.workshop.files.firm_sets import days_from

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User
    from tocsin.sensing.devices.rules import NewDevice, NewSensor

SEED, COUNT = 160, 16
CAUGHT = "F010"
PAST_DAYS, DAYS = 78, 92  # the night in which the stopped firm starts its lines is the one before the story's morning
BOX = (120.395, 36.135, 120.445, 36.195)  # degrees: where in the district the firms stand
PLATFORMS = {  # platform level of the set -> how the connector of that platform is told
    "firm": "企业自报",
    "county": "区应急平台",
    "city": "市级平台",
    "province": "省级平台",
    "utility": "公用事业",
    "grid": "供电公司",
}
NAMES = {
    "chlor_alkali": ("虎山氯碱厂", "楼山氯碱厂"),
    "fine_chemical_batch": ("沧口精细化工厂", "十梅庵精细化工厂"),
    "foundry": ("李村铸造厂", "九水铸锻厂"),
    "cold_store": ("东李冷库", "浮山路冷链"),
    "cement_grinding": ("楼山水泥粉磨站", "湘潭路粉磨站"),
    "fireworks": ("烟花仓储公司", "礼花仓库"),
    "mine": ("老虎山采石场", "卧狼齿石矿"),
    "woodworking": ("文昌阁木器厂", "上流家具厂"),
}
POST_NAMES = {"control room": "中控室", "management": "管理层", "safety office": "安全科", "plant area": "生产区"}
PEOPLE_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


type Row = dict[str, Any]  # one row of the set, as its file has it


@dataclass(frozen=True)
class Cast:
    """The firms of one demonstration, by the scenario's first moment."""

    begin_ms: int
    region_code: str

    @property
    def first(self) -> date:
        """The first local day of their past."""
        return datetime_from_ms(self.begin_ms + 8 * 3_600_000).date() - timedelta(days=PAST_DAYS)

    @cached_property
    def made(self) -> FirmSet:
        """The set with everything that happens to it."""
        stop = Stop(PAST_DAYS - 14, DAYS + 30, OrderKind.ORDERED_STOP, line=None, open_end=True, approved=False, served=40)
        nights = Cheat(PAST_DAYS - 1, PAST_DAYS + 4, "nights", level=0.85, lines=(0, 1))
        staged = {int(CAUGHT.removeprefix("F")): Staged((stop,), (nights,))}
        return make_set(SEED, COUNT, days_from(self.first, DAYS, working_days()), staged)

    def rows(self, table: str) -> list[Row]:
        """A table of the set row by row."""
        columns = self.made.tables[table]
        names = list(columns)
        return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    def device_code(self, firm: str) -> str:
        """The collector of a firm's meters."""
        return f"EM-{firm}"

    @cached_property
    def power(self) -> dict[str, tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]]:
        """Meter -> (times of its quarters in Unix ms, mean kW), what was measured or estimated."""
        table = self.made.tables["power"]
        names, ts = np.asarray(table["meter_id"]), np.asarray(table["ts"])
        kw, quality = np.asarray(table["kw"], dtype=np.float64), np.asarray(table["quality"])
        told = (quality != PointQuality.MISSING) & np.isfinite(kw)
        return {str(name): (ts[told & (names == name)], kw[told & (names == name)]) for name in np.unique(names)}


def new_devices(cast: Cast) -> "tuple[list[NewDevice], list[NewSensor]]":
    """One collector a firm, one channel a meter."""
    from tocsin.sensing.devices.rules import NewDevice, NewSensor

    firms = cast.rows("firms")
    places = {firm["firm_id"]: _place(number) for number, firm in enumerate(firms)}
    devices = [
        NewDevice(code=cast.device_code(firm["firm_id"]), name=f"{_name(number, firm)} 用电采集器", region_code=cast.region_code)
        for number, firm in enumerate(firms)
    ]
    sensors = [
        NewSensor(
            device_code=cast.device_code(meter["firm_id"]),
            channel=meter["meter_id"],
            quantity="power",
            name=meter["meter_id"],
            lon=places[meter["firm_id"]][0],
            lat=places[meter["firm_id"]][1],
            interval_s=QUARTER_MS / 1000,
            resolution=0.1,
        )
        for meter in cast.rows("meters")
    ]
    return devices, sensors


def settle_firms(cast: Cast, data: Path) -> Login:
    """Register, people, meters, stops, weather, and what platforms have told until the first moment. Returns who answers for the
    firm that is caught.
    """
    from tocsin.jurisdiction.people.services.system import system_actor

    actor = system_actor()
    objects = _register(cast, actor)
    _join_platforms(cast, data)
    _settle_meters(cast, objects, actor)
    _settle_stops(cast, objects, actor)
    _settle_weather(cast)
    _settle_evidence(cast, actor)
    return _settle_officer(cast, actor)


def fill_history(cast: Cast) -> int:
    """The curves of the past into the history; returns how many quarter hours."""
    from tocsin.sensing.devices.queries.registry import sensor_table
    from tocsin.sensing.history.queries.readings import history

    table = sensor_table()
    index_of = dict(zip(table.channel, table.index.tolist(), strict=True))
    parts = []
    for meter, (ts, kw) in cast.power.items():
        past = ts < cast.begin_ms - QUARTER_MS
        parts.append(Readings.of(np.full(int(past.sum()), index_of[meter], dtype=np.int32), ts[past], kw[past]))
    readings = Readings.concatenate(parts)
    history().append(readings, version=None, resolution=table.resolution)
    return len(readings)


def records_between(cast: Cast, from_ms: int, to_ms: int) -> dict[str, list[Row]]:
    """What platforms tell with `from_ms` <= stamp < `to_ms`, by level, as they write it."""
    table = cast.made.tables["evidence"]
    ts = np.asarray(table["ts"])
    found: dict[str, list[Row]] = {}
    for row in np.flatnonzero((ts >= from_ms) & (ts < to_ms)).tolist():
        level = str(table["platform_level"][row])
        record = {
            "code": credit_code(str(table["firm_id"][row])),
            "time": int(ts[row]),
            "item": str(table["source"][row]),
            "value": float(table["value"][row]),
            "unit": str(table["unit"][row] or ""),
        }
        found.setdefault(level, []).append(record)
    return found


def drop_records(cast: Cast, data: Path, from_ms: int, to_ms: int) -> int:
    """Lays the records of a span into the folders of their platforms, each file whole at once; returns how many."""
    count = 0
    for level, records in records_between(cast, from_ms, to_ms).items():
        folder = data / "platforms" / f"demo-{level}" / "in"
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
        part = folder / f"{to_ms}.part"
        part.write_text(text, encoding="utf-8")
        part.rename(folder / f"{to_ms}.ndjson")
        count += len(records)
    return count


def credit_code(firm: str) -> str:
    """A credit code with right check characters that no firm has: the organisation code counts the firms of the demonstration."""
    body = f"MADEM{int(firm.removeprefix('F')):03d}"
    half = f"91370213{body}{organisation_check_character(body)}"
    return half + check_character(half)


def _register(cast: Cast, actor: "User") -> dict[str, UUID]:
    from tocsin.jurisdiction.bodies.services import register_organisation
    from tocsin.supervision.objects.queries.days import moment_of
    from tocsin.supervision.objects.rules.register import NewObject, NewPerson, ObjectKind
    from tocsin.supervision.objects.services.register import add_person, register_object

    people: dict[str, list[Row]] = {}
    for person in cast.rows("people"):
        people.setdefault(person["firm_id"], []).append(person)
    objects = {}
    for number, firm in enumerate(cast.rows("firms")):
        name, (lon, lat) = _name(number, firm), _place(number)
        organisation = register_organisation(
            actor=actor,
            code=f"firm-{firm['firm_id'].lower()}",
            name_zh=name,
            name_en=f"{firm['trade'].replace('_', ' ')} works {number + 1} (demonstration)",
            kind="enterprise",
            region_code=cast.region_code,
        )
        found = register_object(
            actor=actor,
            new=NewObject(
                kind=ObjectKind.ENTERPRISE,
                name=name,
                trade=firm["trade"],
                region_code=cast.region_code,
                credit_code=credit_code(firm["firm_id"]),
                address=f"李沧区演示路{number * 7 + 3}号",
                lon=lon,
                lat=lat,
                employees=firm["employees"],
                shifts=firm["shifts"],
                solar_kwp=firm["solar_kwp"],
                major_hazard=firm["trade"] in ("chlor_alkali", "fine_chemical_batch"),
                organisation_id=organisation.pk,
            ),
            entered_at=moment_of(cast.first, 0),
        )
        objects[firm["firm_id"]] = found.pk
        for place, person in enumerate(people.get(firm["firm_id"], ())):
            add_person(
                actor=actor,
                object_id=found.pk,
                new=NewPerson(
                    role=person["role"],
                    name=f"{PEOPLE_NAMES[(number * 7 + place * 3) % len(PEOPLE_NAMES)]}某{place + 1}",
                    post=POST_NAMES.get(person["post"], person["post"] or ""),
                    telephone=f"0532-5557{number:02d}{place:02d}",
                    external_id=person["person_id"],
                    required_certificate=person["required_certificate"] or "",
                ),
            )
    return objects


def _join_platforms(cast: Cast, data: Path) -> None:
    """`platforms.toml`: a folder for each level, as an operator would write it."""
    levels = sorted({str(level) for level in cast.made.tables["evidence"]["platform_level"]})
    tables = [
        f"[demo-{level}]\n"
        f'name = "{PLATFORMS.get(level, level)}（演示）"\nplatform = "demo-{level}"\nlevel = "{level}"\n'
        f'region = "{cast.region_code}"\nway = "folder"\nform = "ndjson"\nevery_s = 5\n'
        'fields = { firm = "code", at = "time", source = "item", value = "value", unit = "unit" }\n'
        for level in levels
    ]
    (data / "platforms.toml").write_text("\n".join(tables), encoding="utf-8")


def _settle_meters(cast: Cast, objects: dict[str, UUID], actor: "User") -> None:
    from tocsin.sensing.devices.queries.registry import visible_sensors
    from tocsin.supervision.meters.services.meters import Described, Hung, add_meter, swap_meter

    meters = cast.rows("meters")
    wanted = visible_sensors(actor).filter(channel__in=[meter["meter_id"] for meter in meters])
    sensors = dict(wanted.values_list("channel", "pk"))
    for meter in sorted(meters, key=lambda one: bool(one["protects_meter_id"])):
        hung = Hung(sensors[meter["meter_id"]], multiplier=meter["ct_multiplier"])
        described = Described(meter["role"], rated_kw=meter["rated_kw"], protects=meter["protects_meter_id"] or "")
        added = add_meter(
            actor=actor,
            object_id=objects[meter["firm_id"]],
            code=meter["meter_id"],
            described=described,
            hung=hung,
            now=datetime_from_ms(cast.begin_ms),
        )
        changed_ms = meter["changed_at"]
        if changed_ms is not None and changed_ms < cast.begin_ms:
            at, now = datetime_from_ms(changed_ms), datetime_from_ms(cast.begin_ms)
            swap_meter(actor=actor, meter_id=added.pk, hung=hung, at=at, now=now)


def _settle_stops(cast: Cast, objects: dict[str, UUID], actor: "User") -> None:
    """Stops that were known at the first moment, each over where a resumption was approved by then."""
    from tocsin.supervision.stops.services.orders import take_over_stop

    today = cast.first + timedelta(days=PAST_DAYS)
    orders = cast.rows("orders")
    for order in orders:
        first = date.fromisoformat(order["from"])
        if order["kind"] == OrderKind.RESUMPTION or first > today:
            continue
        approved = [
            date.fromisoformat(one["from"])
            for one in orders
            if one["kind"] == OrderKind.RESUMPTION
            and (one["firm_id"], one["scope"]) == (order["firm_id"], order["scope"])
            and first < date.fromisoformat(one["from"]) <= today
        ]
        take_over_stop(
            actor=actor,
            object_id=objects[order["firm_id"]],
            number=f"演示-{order['order_id']}",
            kind=order["kind"],
            first=first,
            last=date.fromisoformat(order["to"]) if order["to"] else None,
            scope=order["scope"] if order["scope"] else WHOLE,
            resumed_on=min(approved, default=None),
            now=datetime_from_ms(cast.begin_ms),
        )


def _settle_weather(cast: Cast) -> None:
    from tocsin.supervision.weather.models import WeatherHour

    table = cast.made.tables["weather"]
    region = str(table["region_code"][0])  # the set has several; the district is one
    told = zip(table["region_code"], table["ts"], table["temp_c"], table["irradiance_w_m2"], strict=True)
    now = datetime_from_ms(cast.begin_ms)
    WeatherHour.objects.bulk_create(
        (
            WeatherHour(
                region_code=cast.region_code,
                at=datetime_from_ms(int(ts)),
                temperature_c=float(warm),
                irradiance_w_m2=float(bright),
                source="demo",
                received_at=now,
            )
            for own, ts, warm, bright in told
            if own == region
        ),
        batch_size=500,
    )


def _settle_evidence(cast: Cast, actor: "User") -> None:
    from tocsin.supervision.evidence.policy import evidence_policy
    from tocsin.supervision.evidence.services import NewEvidence, take_evidence

    now = datetime_from_ms(cast.begin_ms)
    step = evidence_policy().records_at_once
    for level, rows in records_between(cast, 0, cast.begin_ms).items():
        records = [
            NewEvidence(
                firm=row["code"],
                source=row["item"],
                at=datetime_from_ms(row["time"]),
                value=row["value"],
                unit=row["unit"],
                platform=f"demo-{level}",
                level=level,
            )
            for row in rows
        ]
        for start in range(0, len(records), step):
            take_evidence(actor=actor, records=records[start : start + step], now=now)


def _settle_officer(cast: Cast, actor: "User") -> Login:
    from tocsin.jurisdiction.bodies.queries import organisation_by_code
    from tocsin.jurisdiction.people.services.accounts import create_person, new_one_time_password
    from tocsin.jurisdiction.people.services.grants import grant_role

    organisation = organisation_by_code(f"firm-{CAUGHT.lower()}", cast.region_code)
    assert organisation is not None  # noqa: S101 - registered a moment ago
    password = new_one_time_password()
    user, _ = create_person(
        actor=actor, username="firm", name="企业安全员（演示）", organisation_id=organisation.pk, password=password
    )
    grant_role(actor=actor, user=user, role="firm_officer", region_code=cast.region_code)
    return Login("firm_officer", "firm", password)


def _name(number: int, firm: Row) -> str:
    names = NAMES[firm["trade"]]
    return f"{names[(number // len(NAMES)) % len(names)]}（演示）"


def _place(number: int) -> tuple[float, float]:
    """Spread over the box like the seeds of a sunflower."""
    west, south, east, north = BOX
    angle, radius = number * math.pi * (3.0 - math.sqrt(5.0)), math.sqrt((number + 0.5) / COUNT) / 2.0
    return west + (east - west) * (0.5 + radius * math.cos(angle)), south + (north - south) * (0.5 + radius * math.sin(angle))
