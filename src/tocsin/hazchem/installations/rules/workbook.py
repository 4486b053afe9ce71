"""How tables of a plant are read: five sheets, each row a unit, equipment, substance, point or pipe. Values in, values out."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard import UnitKind
from tocsin.engine.tanks import TankShape
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, KeyArea, PointKind
from tocsin.hazchem.installations.rules.tables import HEADINGS as FLAT
from tocsin.hazchem.installations.rules.tables import WORDS, symbols_of
from tocsin.sensing.onboarding.rules.tables import number_of


class PlantSheet(StrEnum):
    """A sheet of the workbook, in the order in which they are written."""

    UNITS = "units"
    EQUIPMENT = "equipment"
    SUBSTANCES = "substances"
    POINTS = "points"
    JOINTS = "joints"


@dataclass(frozen=True)
class GivenRow:
    """A filled row: its sheet, where it stands, its cells by what they say of the thing (`kind`, also of a `unit_kind`)."""

    sheet: PlantSheet
    where: str
    cells: Mapping[str, str]


TITLES: Final[Mapping[PlantSheet, tuple[str, ...]]] = {
    PlantSheet.UNITS: ("单元", "units"),
    PlantSheet.EQUIPMENT: ("设备", "equipment"),
    PlantSheet.SUBSTANCES: ("物质", "substances"),
    PlantSheet.POINTS: ("测点", "points"),
    PlantSheet.JOINTS: ("管道", "joints", "pipes"),
}
_KEPT: Final = (
    *("area", "people", "lon", "lat", "tag", "unit_kind", "equipment_kind"),
    *("shape", "volume_m3", "height_m", "liquefied"),
)
_SUBSTANCE: Final = ("substance", "design_t", "cas", "classes", "content_percent", "mixture_of", "density_kg_m3")
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: FLAT[name] for name in ("credit_code", "unit", *_KEPT, *_SUBSTANCE)},
    "filing_number": ("备案编号", "备案号"),
    "filed_on": ("备案日期",),
    "assessed_on": ("评估日期", "安全评估日期"),
    "name": FLAT["equipment"],
    "bund": ("围堰", "防火堤"),
    "building": ("建筑物", "库房名称"),
    "point": ("测点位号", "测点", "仪表位号"),
    "point_kind": ("测点类型", "测点类别"),
    "sensor": ("传感器", "设备编号/通道"),
    "low_low": ("低低限", "LL"),
    "low": ("低限", "L"),
    "high": ("高限", "H"),
    "high_high": ("高高限", "HH"),
    "source": ("起点位号", "起点", "from"),
    "target_unit": ("终点单元", "to_unit"),
    "target": ("终点位号", "终点", "to"),
    "joint": ("管道位号", "阀门位号"),
    "isolating": ("切断阀", "有切断阀"),
}
"""Columns of all sheets and what offices call them."""
COLUMNS: Final[Mapping[PlantSheet, tuple[str, ...]]] = {
    PlantSheet.UNITS: (
        *("credit_code", "unit", "unit_kind", "area", "people", "lon", "lat"),
        *("filing_number", "filed_on", "assessed_on"),
    ),
    PlantSheet.EQUIPMENT: (
        *("credit_code", "unit", "tag", "name", "equipment_kind", "shape", "volume_m3", "height_m", "liquefied"),
        *("bund", "building", "lon", "lat"),
    ),
    PlantSheet.SUBSTANCES: ("credit_code", "unit", "tag", *_SUBSTANCE),
    PlantSheet.POINTS: (*("credit_code", "unit", "tag", "point", "point_kind", "sensor", "low_low", "low", "high", "high_high"),),
    PlantSheet.JOINTS: ("credit_code", "unit", "source", "target_unit", "target", "joint", "isolating"),
}
NEEDED: Final[Mapping[PlantSheet, tuple[str, ...]]] = {
    PlantSheet.UNITS: ("unit",),
    PlantSheet.EQUIPMENT: ("unit", "tag"),
    PlantSheet.SUBSTANCES: ("unit", "tag", "substance"),
    PlantSheet.POINTS: ("unit", "tag", "point"),
    PlantSheet.JOINTS: ("unit", "source", "target"),
}
_KIND: Final = {PlantSheet.UNITS: "unit_kind", PlantSheet.EQUIPMENT: "equipment_kind", PlantSheet.POINTS: "point_kind"}
_TOLD_BY: Final = (
    (PlantSheet.JOINTS, {"source", "target"}),
    (PlantSheet.POINTS, {"point", "point_kind"}),
    (PlantSheet.SUBSTANCES, {"substance"}),
    (PlantSheet.EQUIPMENT, {"tag"}),
)
"""By which columns a table without a title is known, the first that fits."""
KEYS: Final = frozenset({"credit_code", "unit", "tag", "substance", "point", "source", "target_unit", "target", "joint"})
"""Columns that say what a row is about; the others are what it says of it."""
POINT_WORDS: Final[Mapping[str, str]] = {
    "液位": "level",
    "温度": "temperature",
    "压力": "pressure",
    "进料流量": "inflow",
    "出料流量": "outflow",
    "气体": "gas",
    "可燃气体": "gas",
    "有毒气体": "gas",
    "火焰": "flame",
    "槽车到位": "tanker",
    "接地": "earthing",
    "静电接地": "earthing",
    "人员在岗": "attendance",
    "联锁": "interlock",
}


def sheet_of(title: str, columns: Collection[str]) -> PlantSheet:
    """What a table tells of: by its title (of a ZIP's member behind its name), else by the columns that it fills.

    >>> sheet_of("设备", ()).value, sheet_of("rows.csv", {"unit", "tag", "substance"}).value, sheet_of("", {"unit"}).value
    ('equipment', 'substances', 'units')
    """
    named = title.rpartition(" · ")[2].strip().lower().removesuffix(".csv").removesuffix(".xlsx")
    for sheet, words in TITLES.items():
        if named and named in (*words, sheet.value):
            return sheet
    return next((sheet for sheet, told in _TOLD_BY if told & set(columns)), PlantSheet.UNITS)


def given_row(sheet: PlantSheet, where: str, cells: Mapping[str, str]) -> GivenRow:
    """The row with its cells as the sheet means them: each sheet has a kind of its own, and `tag` of a pipe is the pipe's."""
    means = {_KIND.get(sheet, ""): "kind"} | ({"tag": "joint"} if sheet is PlantSheet.JOINTS else {})
    known = {*COLUMNS[sheet], *means}
    return GivenRow(sheet, where, {means.get(name, name): text for name, text in cells.items() if name in known})


def column_as_told(sheet: PlantSheet, name: str) -> str:
    """The column of the file that tells it."""
    return _KIND.get(sheet, name) if name == "kind" else name


def values_of(row: GivenRow) -> tuple[dict[str, object], list[tuple[str, InvalidInput]]]:
    """What a row says, cell by cell as values of the columns that are no key; and what of it can't be read, by column."""
    values: dict[str, object] = {}
    wrong: list[tuple[str, InvalidInput]] = []
    for column, text in row.cells.items():
        if column in KEYS:
            continue
        try:
            values[column] = _READERS[row.sheet, column](text)
        except InvalidInput as error:
            wrong.append((column, error))
    return values, wrong


def _number(text: str) -> float:
    try:
        return number_of(text.replace(",", "").replace("，", ""))
    except ValueError:
        raise InvalidInput("“%(given)s” is no number", given=text[:40]) from None


def _whole(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise InvalidInput("“%(given)s” is no whole number", given=text[:40])
    return int(number)


def _text(text: str) -> str:
    return text.removeprefix("'").strip()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        raise InvalidInput("“%(given)s” is no day like 2026-01-31", given=text[:40]) from None


def _classes(text: str) -> list[str]:
    return list(symbols_of(text))


def _choice(kind: type[StrEnum], words: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        given = text.strip()
        value = words.get(given.lower(), given.lower())
        if value not in set(kind):
            known = ", ".join(word for word in words if word)
            raise InvalidInput("“%(given)s” is not known; known are %(known)s", given=text[:40], known=known)
        return value

    return read


def _yes(text: str) -> bool:
    value = {"有": "yes", "无": "no", **WORDS["liquefied"]}.get(text.strip().lower())
    if value is None:
        raise InvalidInput("“%(given)s” is neither yes nor no", given=text[:40])
    return value == "yes"


_U, _E, _S, _P, _J = PlantSheet
_READERS: Final[Mapping[tuple[PlantSheet, str], Callable[[str], object]]] = {
    (_U, "kind"): _choice(UnitKind, WORDS["unit_kind"]),
    (_U, "area"): _choice(KeyArea, WORDS["area"]),
    (_U, "people"): _whole,
    (_U, "filing_number"): _text,
    (_U, "filed_on"): _day,
    (_U, "assessed_on"): _day,
    (_E, "name"): _text,
    (_E, "kind"): _choice(EquipmentKind, WORDS["equipment_kind"]),
    (_E, "shape"): _choice(TankShape, WORDS["shape"]),
    (_E, "liquefied"): _yes,
    (_E, "bund"): _text,
    (_E, "building"): _text,
    (_S, "cas"): _text,
    (_S, "classes"): _classes,
    (_S, "mixture_of"): _text,
    (_P, "kind"): _choice(PointKind, POINT_WORDS),
    (_P, "sensor"): _text,
    (_J, "isolating"): _yes,
    **{(sheet, name): _number for sheet in (_U, _E) for name in ("lon", "lat")},
    **{(_E, name): _number for name in ("volume_m3", "height_m")},
    **{(_S, name): _number for name in ("design_t", "content_percent", "density_kg_m3")},
    **{(_P, name): _number for name in ("low_low", "low", "high", "high_high")},
}
