"""Three departments that deliver every day: schools, pressure regulators of the gas network, shelters with their outlines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import numpy as np
import polars as pl
import shapely

from tocsin.engine.deliveries.contract import Column, Contract, Kind
from tocsin.engine.deliveries.profile import Delivery

LICANG = (120.33, 36.10, 120.53, 36.25)
FIRST = datetime(2026, 11, 1, 8, tzinfo=UTC)
ROADS = ("九水路", "金水路", "书院路", "振华路", "石牛山路", "重庆路")

SCHOOLS = Contract(
    name="schools",
    columns=(
        Column(name="code", also=("学校代码",), required=True, unique=True, pattern=r"\d{10}"),
        Column(name="name", also=("学校名称",), required=True),
        Column(name="kind", also=("办学类型",), required=True, values=frozenset({"幼儿园", "小学", "初中", "高中"})),
        Column(name="address", also=("地址",)),
        Column(name="pupils", also=("在校人数",), kind=Kind.WHOLE, required=True, least=0, most=8000),
        Column(name="boarding", also=("寄宿",), kind=Kind.YES_NO),
        Column(name="telephone", also=("值班电话",)),
        Column(name="lon", also=("经度",), kind=Kind.NUMBER, required=True),
        Column(name="lat", also=("纬度",), kind=Kind.NUMBER, required=True),
        Column(name="updated", also=("更新时间",), kind=Kind.MOMENT, required=True),
    ),
    key=("code",),
    longitude="lon",
    latitude="lat",
    area=LICANG,
    moment="updated",
    least_rows=100,
)
REGULATORS = Contract(
    name="regulators",
    columns=(
        Column(name="id", required=True, unique=True),
        Column(name="inlet", kind=Kind.NUMBER, required=True, unit="kPa", least=0, most=1_000_000),
        Column(name="outlet", kind=Kind.NUMBER, required=True, unit="kPa", least=0, most=1_000_000),
        Column(name="temperature", kind=Kind.NUMBER, unit="°C", least=-60, most=400),
        Column(name="flow", kind=Kind.NUMBER, unit="m3/h", least=0),
        Column(name="state", values=frozenset({"run", "standby", "repair"}), open=True),
        Column(name="checked", kind=Kind.DAY),
        Column(name="read_at", kind=Kind.MOMENT, required=True),
    ),
    key=("id",),
    moment="read_at",
)
SHELTERS = Contract(
    name="shelters",
    columns=(
        Column(name="id", required=True, unique=True),
        Column(name="name", required=True),
        Column(name="capacity", kind=Kind.WHOLE, required=True, least=0),
    ),
    key=("id",),
    shapes="polygon",
    area=LICANG,
)


def delivery(cells: pl.DataFrame, shapes: np.ndarray | None = None, ragged: int = 0) -> Delivery:
    """A delivery of a table of texts."""
    return Delivery(cells, sha256(cells.write_csv().encode()).hexdigest(), shapes, ragged)


def schools(day: int, seed: int = 1, count: int = 400) -> Delivery:
    """Schools on a day: some come, some go, numbers of pupils change a little, a telephone here and there."""
    stable, fresh = np.random.default_rng(seed), np.random.default_rng(1000 * seed + day)
    width, height = LICANG[2] - LICANG[0], LICANG[3] - LICANG[1]
    lon, lat = LICANG[0] + width * stable.random(count), LICANG[1] + height * stable.random(count)
    pupils = stable.integers(60, 2400, count) + fresh.integers(-3, 4, count)
    kinds = stable.choice(["幼儿园", "小学", "初中", "高中"], count, p=[0.4, 0.35, 0.15, 0.1])
    numbers = stable.integers(10_000_000, 99_999_999, count)
    moments = [FIRST + timedelta(days=day, minutes=-int(one)) for one in fresh.integers(0, 600, count)]
    table = pl.DataFrame(
        {
            "学校代码": [f"37021300{number:02d}" if number < 100 else f"3702130{number:03d}" for number in range(count)],
            "学校名称": [f"李沧第{number}{kind}" for number, kind in enumerate(kinds)],
            "办学类型": list(kinds),
            "地址": [
                f"{ROADS[int(one)]}{int(house)}号"
                for one, house in zip(stable.integers(0, 6, count), stable.integers(1, 400, count), strict=True)
            ],
            "在校人数": [str(one) for one in pupils],
            "寄宿": ["是" if one > 0.8 else "否" for one in stable.random(count)],
            "值班电话": [None if one % 13 == 0 else f"0532-{one}" for one in numbers],
            "经度": [f"{one:.6f}" for one in lon],
            "纬度": [f"{one:.6f}" for one in lat],
            "更新时间": [f"{one.astimezone(UTC) + timedelta(hours=8):%Y-%m-%d %H:%M:%S}" for one in moments],
        }
    )
    keep = fresh.random(count) > 0.01
    return delivery(table.filter(pl.Series(keep)))


def regulators(day: int, seed: int = 2, count: int = 300) -> Delivery:
    """Readings of regulators: other values each day around the same level."""
    stable, fresh = np.random.default_rng(seed), np.random.default_rng(1000 * seed + day)
    inlet = stable.choice([400.0, 200.0, 100.0], count) * (1 + 0.05 * fresh.standard_normal(count))
    outlet = 2.5 + 0.3 * stable.standard_normal(count) + 0.05 * fresh.standard_normal(count)
    weather = 8 + 6 * np.sin(day)
    table = pl.DataFrame(
        {
            "id": [f"TY-{number:04d}" for number in range(count)],
            "inlet": [f"{one:.1f}" for one in inlet],
            "outlet": [f"{one:.3f}" for one in outlet],
            "temperature": [f"{weather + one:.1f}" for one in fresh.standard_normal(count) + 2 * stable.standard_normal(count)],
            "flow": [f"{max(one, 0):.2f}" for one in stable.gamma(2, 80, count) * (1 + 0.3 * fresh.standard_normal(count))],
            "state": list(fresh.choice(["run", "standby", "repair"], count, p=[0.9, 0.08, 0.02])),
            "checked": [
                f"2026-{month:02d}-{one:02d}"
                for month, one in zip(stable.integers(1, 11, count), stable.integers(1, 28, count), strict=True)
            ],
            "read_at": [(FIRST + timedelta(days=day, seconds=-int(one))).isoformat() for one in fresh.integers(0, 900, count)],
        }
    )
    return delivery(table)


def shelters(day: int, seed: int = 3, count: int = 120) -> Delivery:
    """Shelters and their outlines; only capacities change."""
    stable, fresh = np.random.default_rng(seed), np.random.default_rng(1000 * seed + day)
    lon, lat = 120.35 + 0.15 * stable.random(count), 36.12 + 0.1 * stable.random(count)
    table = pl.DataFrame(
        {
            "id": [f"S{number}" for number in range(count)],
            "name": [f"{ROADS[number % 6]}避难场所{number}" for number in range(count)],
            "capacity": [str(int(one)) for one in 50 * stable.integers(4, 200, count) + fresh.integers(0, 2, count)],
        }
    )
    return delivery(table, shapely.box(lon, lat, lon + 0.002, lat + 0.001))


def with_cells(one: Delivery, cells: pl.DataFrame) -> Delivery:
    """The same delivery with other cells."""
    return replace(one, cells=cells, digest=sha256(cells.write_csv().encode()).hexdigest())
