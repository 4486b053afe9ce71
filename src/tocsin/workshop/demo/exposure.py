"""The exposed bodies of a demonstration: the houses of the simulated district with who is in them, and a grid for the rest.

Figures hang on the place of a house alone, so that the same city has the same people everywhere.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

if TYPE_CHECKING:
    from tocsin.atlas.exposure.services.bodies import BodyFacts
    from tocsin.simulation.city import City

_KINDS: Final = {
    "residential": ("residential", "住宅楼"),
    "office": ("office", "办公楼"),
    "market": ("market", "便民市场"),
    "restaurant": ("restaurant", "饭店"),
    "school": ("school", "小学"),
    "hospital": ("hospital", "医院"),
    "workshop": ("firm", "加工厂"),
    "dry_cleaner": ("firm", "干洗店"),
    "print_shop": ("firm", "印务公司"),
    "plating_shop": ("hazardous_firm", "电镀厂"),
}
"""Use of a house in the network -> kind of body, and what such a house is called."""

_OTHERS: Final = (  # kind, name, share of the way across the district from west and from south, figures
    ("nursing_home", "沧口养老院", 0.22, 0.30, {"beds": 160.0, "staff": 48.0}),
    ("nursing_home", "永安路颐养中心", 0.71, 0.62, {"beds": 90.0, "staff": 25.0}),
    ("kindergarten", "石牛山路幼儿园", 0.44, 0.47, {"pupils": 270.0, "staff": 34.0}),
    ("welfare_home", "区儿童福利院", 0.83, 0.25, {"beds": 70.0}),
    ("shelter", "沧口公园应急避难场所", 0.35, 0.55, {"capacity": 5200.0, "area": 10400.0}),
    ("shelter", "文化广场应急避难场所", 0.64, 0.36, {"capacity": 3100.0, "area": 6200.0}),
    ("tourist_place", "沧口公园", 0.34, 0.56, {"visitors": 2600.0}),
    ("station", "公交枢纽站", 0.55, 0.80, {"visitors": 1900.0}),
    ("building_site", "旧城改造三号地块", 0.60, 0.15, {"staff": 140.0}),
    ("bridge", "李村河桥", 0.50, 0.05, {"length": 86.0, "vehicles": 21000.0}),
    ("bridge", "板桥坊河桥", 0.15, 0.70, {"length": 42.0, "vehicles": 12500.0}),
    ("reservoir", "上王埠水库", 0.95, 0.92, {"storage": 118.0, "downstream": 8600.0}),
    # on either side of the chlorine that would drift from the chlor-alkali works
    ("shelter", "四流中路体育场应急避难场所", 0.30, 0.22, {"capacity": 4000.0, "area": 8000.0}),
    ("shelter", "十梅庵公园应急避难场所", 0.90, 0.72, {"capacity": 3600.0, "area": 7200.0}),
)
_OLD_EVERY: Final = 37  # every so manieth figure is of the last census but one


def settle_exposure(city: "City", now: datetime) -> int:
    """Bodies and grid; how many bodies were entered."""
    from tocsin.atlas.exposure.services.bodies import register_many
    from tocsin.jurisdiction.people.services.system import system_actor

    today = timezone.localdate(now)
    done = register_many(actor=system_actor(), region_code=city.region_code, facts=bodies_of(city, today), now=now)
    _deliver_grid(city, now)
    return done


def _deliver_grid(city: "City", now: datetime) -> None:
    """The district's grid comes as its data resource from the beginning: what is delivered there counts people, nothing else."""
    from tocsin.atlas.exposure.queries.grids import SLUG
    from tocsin.atlas.exposure.services.delivered_grids import take_delivered_grids
    from tocsin.atlas.resources.policy.catalogue import shipped_resources
    from tocsin.atlas.resources.services.landing import deliver
    from tocsin.atlas.resources.services.taking import take_resources
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.workshop.demo.resources.bodies import population_cells
    from tocsin.workshop.demo.resources.files import file_of
    from tocsin.workshop.demo.resources.owners import ensure_owner

    shipped = next(one for one in shipped_resources() if one.slug == SLUG)
    owner, actor = ensure_owner(shipped.department, city.region_code), system_actor()
    for made in take_resources(actor=actor, shipped=[shipped], region_code=city.region_code, owner_id=owner, now=now):
        name, content = file_of(shipped, population_cells(city))
        deliver(actor=actor, resource_id=made.pk, file_name=name, content=content, now=now)
    take_delivered_grids(now=now)


def bodies_of(city: "City", today: date) -> "list[BodyFacts]":
    """Every house of the network as a body, then the others; `today`: the day from which the days of their figures count."""
    houses = _houses(city)
    return [*(_house(one, today) for one in houses), *_others(_bounds(houses), today)]


def _houses(city: "City") -> list[Mapping[str, Any]]:
    return [one for one in city.features if one["properties"]["kind"] == "building"]


def _bounds(houses: "Sequence[Mapping[str, Any]]") -> tuple[float, float, float, float]:
    lons, lats = zip(*(one["geometry"]["coordinates"] for one in houses), strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _house(one: Mapping[str, Any], today: date) -> "BodyFacts":
    from tocsin.atlas.exposure.services.bodies import BodyFacts

    told = one["properties"]
    kind, word = _KINDS[told["use"]]
    lon, lat = one["geometry"]["coordinates"]
    dice = round(lon * 1e6) * 31 + round(lat * 1e6) * 17
    number = str(told["name"]).rpartition(" ")[0].rpartition(" ")[2]
    name = f"{told['street_zh']}{number}号{word}" if kind == "residential" else f"{told['street_zh']}{number}号{word}（演示）"
    old = dice % _OLD_EVERY == 0
    return BodyFacts(
        kind=kind,
        name=name,
        code=told["id"],
        lon=lon,
        lat=lat,
        figures=_figures(kind, dice),
        address=f"{told['street_zh']}{number}号",
        contact="物业值班室" if kind in ("residential", "office") else "值班室",
        telephone=f"0532-555{dice % 10_000:04d}",
        source="房屋普查（演示）" if old else "街道网格员核实（演示）",
        figures_on=today - timedelta(days=1900 if old else 30 + dice % 300),
    )


def _figures(kind: str, dice: int) -> dict[str, float]:
    def between(least: int, most: int, salt: int = 1) -> float:
        return float(least + dice * salt % (most - least + 1))

    match kind:
        case "residential":
            floors = between(4, 11)
            return {"floors": floors, "households": floors * 6, "residents": floors * between(12, 18, 3)}
        case "school":
            return {"pupils": between(480, 1150), "staff": between(38, 82, 3)}
        case "hospital":
            return {"beds": between(80, 420), "staff": between(120, 560, 3), "visits": between(300, 1500, 5)}
        case "market":
            return {"visitors": between(150, 480), "staff": between(12, 45, 3)}
        case "restaurant":
            return {"seats": between(40, 160)}
        case _:
            return {"staff": between(8, 190)}


def _others(box: tuple[float, float, float, float], today: date) -> "Iterator[BodyFacts]":
    from tocsin.atlas.exposure.services.bodies import BodyFacts

    west, south, east, north = box
    for number, (kind, name, across, up, figures) in enumerate(_OTHERS, 1):
        lon, lat = west + across * (east - west), south + up * (north - south)
        reach = 0.0004
        line = {"type": "LineString", "coordinates": [[lon - reach, lat], [lon + reach, lat]]}
        corners = [(lon + math.cos(angle) * reach * 5, lat + math.sin(angle) * reach * 3) for angle in _around()]
        pool = {"type": "Polygon", "coordinates": [[list(one) for one in (*corners, corners[0])]]}
        yield BodyFacts(
            kind=kind,
            name=f"{name}（演示）",
            code=f"D{number:03d}",
            lon=lon,
            lat=lat,
            shape=line if kind == "bridge" else pool if kind == "reservoir" else None,
            figures=figures,
            contact="值班室",
            telephone=f"0532-5556{number:03d}",
            owner="区应急管理局登记（演示）",
            source="部门报送（演示）",
            figures_on=today - timedelta(days=20 * number),
        )


def _around() -> list[float]:
    return [step * math.tau / 12 for step in range(12)]


def grid_cells(city: "City") -> "Iterator[tuple[float, float, float, float, float]]":
    """Cells of the district and a kilometre around it, fuller in the middle: place, people by day, by night, on a day off."""
    west, south, east, north = _bounds(_houses(city))
    middle = (west + east) / 2, (south + north) / 2
    step, margin = 1 / 1200, 0.01
    for row in range(int((north - south + 2 * margin) / step)):
        for column in range(int((east - west + 2 * margin) / step)):
            lon, lat = west - margin + (column + 0.5) * step, south - margin + (row + 0.5) * step
            near = math.exp(-(((lon - middle[0]) / 0.02) ** 2 + ((lat - middle[1]) / 0.02) ** 2))
            night = round(4 + 46 * near * (0.6 + 0.4 * math.sin(row * 1.7) * math.sin(column * 2.3)), 1)
            yield lon, lat, round(night * 0.7, 1), night, round(night * 0.85, 1)
