"""What departments deliver about the ground of the district: buildings, parks, place names, quarters, water."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tocsin.workshop.demo.resources.files import SHAPE, Row, numbered, place

if TYPE_CHECKING:
    from tocsin.simulation.plan import Feature

USES: Final = {"residential": "住宅", "commercial": "商业", "industrial": "工业", "public": "公共建筑"}
M2_A_PERSON: Final = 2.5
STATIONS: Final = (("李沧站", 32, 6), ("振华路站", 26, 5), ("书院路站", 28, 5))


def ground_tables(ground: "Sequence[Feature]") -> dict[str, Callable[[], list[Row]]]:
    """By short name of the resource, its rows."""
    return {
        "buildings": lambda: numbered(_buildings(ground), "FW"),
        "parks": lambda: numbered(_parks(ground), "GY"),
        "quake_shelters": lambda: numbered(_park_shelters(ground), "BN"),
        "place_names": lambda: numbered(_names(ground), "DM"),
        "old_quarters": lambda: numbered(_quarters(ground), "XQ"),
        "water_sources": lambda: numbered(_water(ground), "SY"),
        "fire_stations": lambda: numbered(_fire_stations(ground), "XF"),
    }


def station_places(ground: "Sequence[Feature]") -> list[tuple[str, float, float]]:
    """Names and places where somebody could measure the weather: the middle of each park."""
    return [(told["name"], *_middle(shape)) for told, shape in _of_part(ground, "park")]


def _of_part(ground: "Sequence[Feature]", *parts: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for one in ground:
        if one["properties"]["part"] in parts:
            yield one["properties"], one["geometry"]


def _middle(shape: Mapping[str, Any]) -> tuple[float, float]:
    import shapely

    point = shapely.geometry.shape(shape).representative_point()
    return round(point.x, 6), round(point.y, 6)


def _area_m2(shape: Mapping[str, Any]) -> float:
    """Of a shape in degrees, by the scale at its middle."""
    import math

    import shapely

    whole = shapely.geometry.shape(shape)
    return float(round(whole.area * 111_320.0**2 * math.cos(math.radians(whole.centroid.y))))


def _buildings(ground: "Sequence[Feature]") -> Iterator[Row]:
    count: Counter[str] = Counter()
    for told, shape in _of_part(ground, "building"):
        use = USES[told["kind"]]
        count[use] += 1
        floors = 4 + count[use] * 7 % 14 if use != "工业" else 2
        frame = "钢结构" if use == "工业" else "钢筋混凝土" if floors > 6 else "砖混"
        area = round(_area_m2(shape) * floors)
        yield {"名称": f"{use} {count[use]} 号楼", "用途": use, "层数": floors, "结构": frame, "面积": area, SHAPE: shape}


def _parks(ground: "Sequence[Feature]") -> Iterator[Row]:
    for told, shape in _of_part(ground, "park"):
        area = _area_m2(shape)
        yield {"名称": told["name"], "面积": area, "可避难人数": round(0.3 * area / M2_A_PERSON), SHAPE: shape}


def _park_shelters(ground: "Sequence[Feature]") -> Iterator[Row]:
    for row in _parks(ground):
        yield {
            "名称": f"{row['名称']}地震避难场所",
            "容量": row["可避难人数"],
            "面积": round(0.3 * row["面积"]),
            **place(*_middle(row[SHAPE])),
        }


def _names(ground: "Sequence[Feature]") -> Iterator[Row]:
    kinds = {"place": "地名", "park": "公园", "road": "道路", "water": "水系", "rail": "铁路"}
    for told, shape in _of_part(ground, *kinds):
        if told.get("name"):
            where = {"地名": told["name"], "类别": kinds[told["part"]], "标准地址": f"青岛市李沧区{told['name']}"}
            yield {**where, **place(*_middle(shape))}


def _quarters(ground: "Sequence[Feature]") -> Iterator[Row]:
    blocks = [shape for told, shape in _of_part(ground, "block") if told["kind"] == "residential"]
    for number, shape in enumerate(blocks[::3], 1):
        homes = round(_area_m2(shape) * 1.6 / 85)
        yield {"名称": f"李村{number}小区", "户数": homes, "建成年份": 1982 + number * 5 % 17, SHAPE: shape}


def _water(ground: "Sequence[Feature]") -> Iterator[Row]:
    for number, (told, shape) in enumerate(_of_part(ground, "water"), 1):
        kind = "河流" if told.get("kind") == "river" else "池塘"
        amount = {"容量": round(1.2 * _area_m2(shape)), "可停靠车辆": 3 if kind == "河流" else 1}
        yield {"名称": told.get("name", f"{number} 号公园水面"), "类型": kind, **amount, **place(*_middle(shape))}


def _fire_stations(ground: "Sequence[Feature]") -> Iterator[Row]:
    blocks = [shape for told, shape in _of_part(ground, "block") if told["kind"] == "public"]
    for number, ((name, people, vehicles), shape) in enumerate(zip(STATIONS, blocks[::4], strict=False), 1):
        told = {"名称": f"{name[:-1]}消防救援站", "类别": "一级站" if number == 1 else "二级站"}
        yield {**told, "执勤人数": people, "车辆数": vehicles, "电话": f"0532-0000-02{number:02d}", **place(*_middle(shape))}
