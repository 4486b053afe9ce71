"""How tables and files of networks name their columns and what they hold."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tocsin.engine.features import LINE_KINDS, POINT_KINDS

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("编码", "编号", "管点编号", "管线编号", "设施编码", "物探点号", "id", "ID"),
    "kind": ("类型", "类别", "设施类型", "管线类型"),
    "name": ("名称", "设施名称"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "from_node": ("起点编号", "起点", "起始点号", "上游点号"),
    "to_node": ("终点编号", "终点", "终止点号", "下游点号", "连接点号"),
    "owner": ("权属单位", "产权单位", "权属单位编码"),
    "street": ("道路名称", "所在道路", "道路"),
    "depth_m": ("埋深", "井深"),
    "diameter_mm": ("管径", "直径"),
    "material": ("材质", "管材"),
    "installed": ("建设年份", "建设年代", "投用年份"),
    "nominal_pressure_kpa": ("公称压力", "设计压力"),
    "ground_elevation_m": ("地面高程", "井盖高程"),
    "utility": ("管网", "所属管网"),
    "use": ("用途",),
    "buried": ("地下", "是否地下"),
    "operable": ("可操作", "阀门可用"),
    "last_checked": ("检查日期", "最近检查"),
    "name_en": ("英文名称",),
    "street_en": ("道路英文名称",),
}
"""Columns and what offices call them. Names of properties of GeoJSON files are columns, too; `id` is the code."""
NEEDED: Final = ("code", "kind")
IN_PROPERTIES: Final = ("name_en", "street_en", "operable", "last_checked")
"""Columns that an object keeps among its `properties`."""
TEXTS: Final = {
    "code": 60,
    "name": 120,
    "owner": 60,
    "from_node": 60,
    "to_node": 60,
    "street": 120,
    "material": 60,
    "utility": 20,
    "use": 40,
    "name_en": 120,
    "street_en": 120,
}
"""Columns that are texts, with the characters that each may have at most."""
NUMBERS: Final = ("depth_m", "diameter_mm", "nominal_pressure_kpa", "ground_elevation_m")
YEARS: Final = range(1800, 2200)
KIND_WORDS: Final[dict[str, str]] = {
    "窨井": "manhole",
    "检查井": "manhole",
    "人孔": "manhole",
    "井": "manhole",
    "阀门": "valve",
    "阀门井": "valve",
    "泵站": "pump_station",
    "换热站": "heat_station",
    "调压站": "gas_regulator",
    "调压箱": "gas_regulator",
    "变电站": "substation",
    "建筑物": "building",
    "节点": "junction",
    "三通": "junction",
    "燃气管": "gas_main",
    "燃气管道": "gas_main",
    "给水管": "water_main",
    "给水管道": "water_main",
    "供水管道": "water_main",
    "污水管": "sewer",
    "污水管道": "sewer",
    "雨水管": "storm_drain",
    "雨水管道": "storm_drain",
    "供热管供水": "heat_main_supply",
    "供热管回水": "heat_main_return",
    "电力电缆": "power_cable",
    "通信管道": "telecom_duct",
}
"""What offices call kinds beside the names that pages show."""
YES: Final = ("yes", "true", "1", "是", "有")
NO: Final = ("no", "false", "0", "否", "无")

MOST_SHORT: Final = 10
"""Characters of a column's name in a Shapefile."""

type Geometry = Mapping[str, object]
type Place = tuple[float, float]


def read_shape(shape: Mapping[str, object] | None, kind: str) -> tuple[Place, ...] | None:
    """The corners of a feature of that kind: one of a point, two or more of a line; None where it is none.

    A Multi-geometry of one part is that part, as many programs write it; heights are left out.

    >>> read_shape({"type": "MultiLineString", "coordinates": [[[120.0, 36.0, 5.0], [120.1, 36.0, 5.0]]]}, "sewer")
    ((120.0, 36.0), (120.1, 36.0))
    """
    told, coordinates = str((shape or {}).get("type", "")), (shape or {}).get("coordinates")
    if told.startswith("Multi") and isinstance(coordinates, Sequence) and len(coordinates) == 1:
        told, coordinates = told.removeprefix("Multi"), coordinates[0]
    if told != ("Point" if kind in POINT_KINDS else "LineString"):
        return None
    raw: Any = [coordinates] if told == "Point" else coordinates
    try:
        pairs = tuple((float(pair[0]), float(pair[1])) for pair in raw)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        return None
    fits = all(on_earth(pair) for pair in pairs) and len(pairs) >= (1 if told == "Point" else 2)
    return pairs if fits else None


def short_name(column: str) -> str:
    """The column as a Shapefile names it.

    >>> short_name("nominal_pressure_kpa"), short_name("from_node")
    ('nominal_pr', 'from_node')
    """
    return column[:MOST_SHORT]


def headings() -> dict[str, tuple[str, ...]]:
    """Columns and all that they are called, in Shapefiles, too."""
    return {name: (*words, short_name(name)) for name, words in HEADINGS.items()}


def on_earth(place: Place) -> bool:
    """Whether it is a longitude and a latitude in degrees."""
    lon, lat = place
    return -180 <= lon <= 180 and -90 <= lat <= 90


def is_line(kind: str) -> bool:
    """Whether assets of that kind have two ends."""
    return kind in LINE_KINDS
