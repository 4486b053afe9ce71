"""What owners of networks and streets deliver: pipes by category, manholes, stations, hydrants, roads."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tocsin.workshop.demo.resources.files import SHAPE, Row, numbered, place

if TYPE_CHECKING:
    from tocsin.simulation.city import City

KPA_A_METRE: Final = 9.81
MATERIALS: Final = {
    "PE": "聚乙烯",
    "HDPE": "高密度聚乙烯",
    "PVC": "聚氯乙烯",
    "steel": "钢",
    "cast_iron": "铸铁",
    "ductile_iron": "球墨铸铁",
    "concrete": "混凝土",
    "preinsulated_steel": "预制保温钢管",
    "XLPE_10kV": "交联聚乙烯",
}
OWNERS: Final = {
    "gas_company": "燃气公司",
    "heating_company": "热力公司",
    "water_company": "供水公司",
    "drainage_bureau": "排水管理处",
    "power_company": "供电公司",
    "telecom": "通信公司",
    "road_bureau": "市政道路管理处",
    "property_owner": "产权单位",
}
LOWEST: Final = 12
EVERY_POINT: Final = 25


def network_tables(city: "City") -> dict[str, Callable[[], list[Row]]]:
    """By short name of the resource, its rows."""
    return {
        "gas_pipes": lambda: list(_lines(city, ("gas_main",))),
        "heating_pipes": lambda: list(_lines(city, ("heat_main_supply", "heat_main_return"))),
        "water_pipes": lambda: list(_lines(city, ("water_main",))),
        "drain_pipes": lambda: list(_lines(city, ("sewer", "storm_drain"))),
        "power_lines": lambda: list(_lines(city, ("power_cable",))),
        "manholes": lambda: list(_manholes(city)),
        "hydrants": lambda: list(hydrants(city)),
        "gas_stations_lpg": lambda: list(_stations(city, "gas_regulator", {"类型": "调压站", "储量": 0, "企业": "燃气公司"})),
        "heating_stations": lambda: list(_stations(city, "heat_station", {"供热面积": 620_000, "企业": "热力公司"})),
        "substations": lambda: list(_stations(city, "substation", {"电压等级": "110 kV", "容量": 100})),
        "waterlogging": lambda: list(_lowest(city)),
        "elevation_points": lambda: list(_levels(city)),
        "roads": lambda: numbered(_roads(city), "L"),
    }


def _of_kind(city: "City", *kinds: str) -> "Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]":
    for one in city.features:
        if one["properties"]["kind"] in kinds:
            yield one["properties"], one["geometry"]


def _lines(city: "City", kinds: tuple[str, ...]) -> Iterator[Row]:
    for told, shape in _of_kind(city, *kinds):
        yield {
            "编号": told["id"],
            "名称": f"{told['street_zh']} {told['id']}",
            "类型": "污水" if told["kind"] == "sewer" else "雨水",
            "压力级制": "中压A" if told.get("nominal_pressure_kpa", 0) > 200 else "中压B",
            "介质": "供水" if told["kind"] == "heat_main_supply" else "回水",
            "电压等级": "10 kV",
            "长度": round(_metres(city, shape) / 1000, 3),
            "管径": told["diameter_mm"],
            "材质": MATERIALS.get(told["material"], told["material"]),
            "敷设年份": told["installed"],
            SHAPE: shape,
        }


def _metres(city: "City", shape: Mapping[str, Any]) -> float:
    import numpy as np

    lon, lat = np.asarray(shape["coordinates"]).T
    x, y = city.site.plane.to_metres(lon, lat)
    return float(np.hypot(np.diff(x), np.diff(y)).sum())


def _manholes(city: "City") -> Iterator[Row]:
    for told, shape in _of_kind(city, "manhole"):
        kind = "污水" if told["utility"] == "sewer" else "雨水"
        metal = "球墨铸铁" if told["installed"] >= 2010 else "铸铁"
        yield {"编号": told["id"], "权属": OWNERS[told["owner"]], "类型": kind, "材质": metal, **place(*shape["coordinates"])}


def hydrants(city: "City", factor: float = 1.0) -> Iterator[Row]:
    """A hydrant at every second valve of the water network; its pressure falls with the ground. `factor`: upon the pressures."""
    valves = [one for one in _of_kind(city, "valve") if one[0]["owner"] == "water_company"]
    mains = {end: line for line, _ in _of_kind(city, "water_main") for end in (line["from_node"], line["to_node"])}
    lowest = min(told["ground_elevation_m"] for told, _ in valves)
    for told, shape in valves[::2]:
        main = mains[told["id"]]
        kpa = main["nominal_pressure_kpa"] - KPA_A_METRE * (told["ground_elevation_m"] - lowest)
        yield {
            "编号": told["id"].replace("A", "XH"),
            "名称": f"{told['street_zh']} {told['id'][-4:]} 号消火栓",
            "管径": 100 if main["diameter_mm"] < 300 else 150,
            "压力": round(max(kpa, 140.0) / 1000, 3) * factor,
            "状态": "检修" if int(told["id"][1:]) % 41 == 0 else "完好",
            **place(*shape["coordinates"]),
        }


def _stations(city: "City", kind: str, more: Row) -> Iterator[Row]:
    for told, shape in _of_kind(city, kind):
        yield {"编号": told["id"], "名称": told["name"], **more, **place(*shape["coordinates"])}


def _lowest(city: "City") -> Iterator[Row]:
    """Where water stands first after rain: the lowest manholes of the storm drains, one a street."""
    wells = [one for one in _of_kind(city, "manhole") if one[0]["utility"] == "storm_drain"]
    seen: set[str] = set()
    for told, shape in sorted(wells, key=lambda one: (one[0]["ground_elevation_m"], one[0]["id"])):
        if told["street_zh"] in seen or len(seen) == LOWEST:
            continue
        seen.add(told["street_zh"])
        deep = round(42 - 2.5 * len(seen), 1)
        name = f"{told['street_zh']}低洼路段"
        yield {"编号": told["id"], "名称": name, "最大水深": deep, "责任单位": "排水管理处", **place(*shape["coordinates"])}


def _levels(city: "City") -> Iterator[Row]:
    for told, shape in list(_of_kind(city, "manhole"))[::EVERY_POINT]:
        yield {"编号": f"G{told['id'][1:]}", "等级": "四等", "高程": told["ground_elevation_m"], **place(*shape["coordinates"])}


def _roads(city: "City") -> Iterator[Row]:
    ranks = {"trunk": "主干路", "major": "次干路", "minor": "支路"}
    for one in city.street_features:
        told = one["properties"]
        length = round(_metres(city, one["geometry"]) / 1000, 2)
        keeper = {"名称": told["name"], "等级": ranks[told["rank"]], "长度": length, "管理单位": "市政道路管理处"}
        yield {**keeper, SHAPE: one["geometry"]}
