"""How a table of plants is read: headings in either language, one row a substance in equipment. Values in, values out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.tables import column_of
from tocsin.engine.major_hazard import UnitKind
from tocsin.engine.tanks import TankShape
from tocsin.hazchem.installations.rules import sheets
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, KeyArea, PointKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, PointSheet, UnitSheet
from tocsin.sensing.onboarding.rules.tables import number_of

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "credit_code": ("统一社会信用代码", "信用代码", "社会信用代码"),
    "unit": ("单元", "单元名称", "辨识单元"),
    "unit_kind": ("单元类型", "单元类别"),
    "area": ("重点区域", "区域"),
    "people": ("500米范围内人数", "可能暴露人员", "暴露人员数"),
    "tag": ("位号", "设备位号", "储罐编号"),
    "equipment": ("设备名称", "储罐名称"),
    "equipment_kind": ("设备类型", "设备类别"),
    "shape": ("罐型", "形状"),
    "volume_m3": ("容积", "容积m3", "容积(m3)"),
    "height_m": ("高度", "罐高", "高度(m)"),
    "liquefied": ("液化气体", "是否液化气体"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "substance": ("物质", "品名", "化学品名称", "介质"),
    "cas": ("CAS号", "CAS"),
    "classes": ("危险类别", "危险性类别"),
    "design_t": ("设计最大量", "设计最大量(t)", "最大储量"),
    "content_percent": ("含量", "含量(%)"),
    "mixture_of": ("混合物主要成分", "混合物"),
    "density_kg_m3": ("密度", "密度(kg/m3)"),
    "level_sensor": ("液位传感器", "液位计"),
    "temperature_sensor": ("温度传感器", "温度计"),
    "pressure_sensor": ("压力传感器", "压力表"),
    "inflow_sensor": ("进料流量传感器", "进料流量计"),
    "outflow_sensor": ("出料流量传感器", "出料流量计"),
}
"""Columns and what offices call them."""
NEEDED: Final = ("unit", "tag")
SENSORS: Final[dict[str, tuple[PointKind, str]]] = {
    "level_sensor": (PointKind.LEVEL, "LT"),
    "temperature_sensor": (PointKind.TEMPERATURE, "TT"),
    "pressure_sensor": (PointKind.PRESSURE, "PT"),
    "inflow_sensor": (PointKind.INFLOW, "FT-IN"),
    "outflow_sensor": (PointKind.OUTFLOW, "FT-OUT"),
}
WORDS: Final[dict[str, dict[str, str]]] = {
    "unit_kind": {"生产单元": "production", "生产": "production", "储存单元": "storage", "储存": "storage", "": "storage"},
    "area": {"罐区": "tank_farm", "装卸": "loading", "中控室": "control_room", "中控": "control_room", "检维修": "maintenance"},
    "equipment_kind": {
        **{"储罐": "tank", "压力容器": "pressure_vessel", "球罐": "pressure_vessel", "反应器": "reactor", "反应釜": "reactor"},
        **{"塔": "column", "塔器": "column", "鹤管": "loading_arm", "装卸臂": "loading_arm", "库房": "warehouse_bay"},
        **{"仓库": "warehouse_bay", "气瓶间": "cylinder_store", "管道": "pipeline", "其他": "other", "": "tank"},
    },
    "shape": {
        "立式": "vertical",
        "立罐": "vertical",
        "卧式": "horizontal",
        "卧罐": "horizontal",
        "球形": "sphere",
        "": "vertical",
    },
    "liquefied": {
        "是": "yes",
        "否": "no",
        "true": "yes",
        "false": "no",
        "1": "yes",
        "0": "no",
        "": "no",
        "yes": "yes",
        "no": "no",
    },
}
_ENUMS: Final = {"unit_kind": UnitKind, "area": KeyArea, "equipment_kind": EquipmentKind, "shape": TankShape}


@dataclass(frozen=True)
class PlantRow:
    """One row: a unit, a piece of its equipment, a substance in it (None where the row names none), points by their sensors."""

    line: int
    credit_code: str
    unit: UnitSheet
    equipment: EquipmentSheet
    held: HeldSheet | None
    points: tuple[PointSheet, ...]


@dataclass(frozen=True)
class ReadPlants:
    """The rows of a table, all that is wrong with it, and headings that mean nothing."""

    rows: list[PlantRow]
    problems: list[str]
    unread: list[str]


def read_plants(table: Sequence[Sequence[str]]) -> ReadPlants:
    """The rows of a table whose headings stand in one of the first ten lines; InvalidInput where none has what is needed."""
    at, columns = _headings(table)
    rows: list[PlantRow] = []
    problems: list[str] = []
    for line, cells_of_row in enumerate(table[at + 1 :], at + 2):
        cells = {column: text.strip() for column, text in zip(columns, cells_of_row, strict=False) if column and text.strip()}
        if not cells:
            continue
        before = len(problems)
        row = _row(line, cells, problems)
        if row is not None and len(problems) == before:
            rows.append(row)
    unread = [text for text, column in zip(table[at], columns, strict=True) if text and not column]
    return ReadPlants(rows, problems, unread)


def _headings(table: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    for at, headings in enumerate(table[:10]):
        columns = [column_of(one, HEADINGS) or "" for one in headings]
        if all(one in columns for one in NEEDED):
            return at, columns
    needed = ", ".join(HEADINGS[one][0] for one in NEEDED)
    raise InvalidInput("none of the first lines has headings for %(needed)s", needed=needed)


def _row(line: int, cells: Mapping[str, str], problems: list[str]) -> PlantRow | None:
    if missing := [name for name in NEEDED if name not in cells]:
        problems.extend(_at(line, name, InvalidInput("this cell must not be empty")) for name in missing)
        return None
    chosen = {name: _chosen(line, name, cells, problems) for name in (*_ENUMS, "liquefied")}
    numbers = {
        name: _number(line, name, cells, problems)
        for name in ("people", "volume_m3", "height_m", "lon", "lat", "design_t", "content_percent", "density_kg_m3")
    }
    if None in (chosen["unit_kind"], chosen["equipment_kind"], chosen["shape"], chosen["liquefied"]):
        return None
    people, area = numbers["people"], chosen["area"]
    unit = UnitSheet(
        name=cells["unit"],
        kind=UnitKind(str(chosen["unit_kind"])),
        area=KeyArea(area) if area else None,
        people=None if people is None else int(people),
    )
    equipment = EquipmentSheet(
        tag=cells["tag"],
        name=cells.get("equipment", ""),
        kind=EquipmentKind(str(chosen["equipment_kind"])),
        shape=TankShape(str(chosen["shape"])),
        volume_m3=numbers["volume_m3"],
        height_m=numbers["height_m"],
        liquefied=chosen["liquefied"] == "yes",
        lon=numbers["lon"],
        lat=numbers["lat"],
    )
    held = _held(line, cells, numbers, problems)
    points = tuple(
        PointSheet(tag=f"{prefix}-{cells['tag']}"[:60], kind=kind, sensor=cells[column])
        for column, (kind, prefix) in SENSORS.items()
        if column in cells
    )
    _checked(line, "unit", problems, lambda: sheets.check_unit(unit))
    _checked(line, "tag", problems, lambda: sheets.check_equipment(equipment))
    return PlantRow(line, cells.get("credit_code", ""), unit, equipment, held, points)


def _held(line: int, cells: Mapping[str, str], numbers: Mapping[str, float | None], problems: list[str]) -> HeldSheet | None:
    if "substance" not in cells:
        return None
    design = numbers["design_t"]
    if design is None:
        if "design_t" not in cells:
            problems.append(_at(line, "design_t", InvalidInput("this cell must not be empty")))
        return None
    classes = cells.get("classes")
    held = HeldSheet(
        substance=cells["substance"],
        design_t=design,
        cas=cells.get("cas", ""),
        classes=None if classes is None else symbols_of(classes),
        content_percent=numbers["content_percent"],
        mixture_of=cells.get("mixture_of", ""),
        density_kg_m3=numbers["density_kg_m3"],
    )
    _checked(line, "substance", problems, lambda: sheets.check_held(held))
    return held


def symbols_of(text: str) -> tuple[str, ...]:
    """Symbols of table 2 of GB 18218 in a cell; a lone dash says that there are none.

    >>> symbols_of("W5.3 / J5"), symbols_of("-")
    (('W5.3', 'J5'), ())
    """
    parts = text.replace(",", " ").replace("，", " ").replace("、", " ").replace("/", " ").split()
    return tuple(one for one in parts if one not in ("-", "无"))


def _chosen(line: int, name: str, cells: Mapping[str, str], problems: list[str]) -> str | None:
    text = cells.get(name, "").lower()
    known = WORDS[name]
    value = known.get(text, text)
    kind = _ENUMS.get(name)
    allowed = set(kind) if kind else {"yes", "no"}
    if value in allowed or (name == "area" and not value):
        return value
    words = ", ".join(word for word in known if word)
    why = InvalidInput("“%(given)s” is not known; known are %(known)s", given=cells.get(name, "")[:40], known=words)
    problems.append(_at(line, name, why))
    return None


def _number(line: int, name: str, cells: Mapping[str, str], problems: list[str]) -> float | None:
    if name not in cells:
        return None
    try:
        return number_of(cells[name].replace(",", "").replace("，", ""))
    except ValueError:
        problems.append(_at(line, name, InvalidInput("“%(given)s” is no number", given=cells[name][:40])))
        return None


def _checked(line: int, column: str, problems: list[str], check: Callable[[], None]) -> None:
    try:
        check()
    except InvalidInput as error:
        problems.append(_at(line, column, error))


def _at(line: int, column: str, why: InvalidInput) -> str:
    return str(InvalidInput("line %(line)s, %(column)s: %(why)s", line=line, column=HEADINGS[column][0], why=why))
