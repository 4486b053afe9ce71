"""How a workbook of a plant is read: five sheets, each row a unit, equipment, substance, point or pipe. Values in, values out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.base.tables import column_of
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


class ImportVerdict(StrEnum):
    """What taking a workbook over would do with one of its rows."""

    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class GivenRow(msgspec.Struct, frozen=True):
    """A filled row: its sheet, its line there, its cells by column."""

    sheet: PlantSheet
    line: int
    cells: dict[str, str]


TITLES: Final[Mapping[PlantSheet, tuple[str, ...]]] = {
    PlantSheet.UNITS: ("单元", "units"),
    PlantSheet.EQUIPMENT: ("设备", "equipment"),
    PlantSheet.SUBSTANCES: ("物质", "substances"),
    PlantSheet.POINTS: ("测点", "points"),
    PlantSheet.JOINTS: ("管道", "joints"),
}
_FIRM: Final = {"credit_code": FLAT["credit_code"]}
_UNIT: Final = {**_FIRM, "unit": FLAT["unit"]}
_TAG: Final = {**_UNIT, "tag": FLAT["tag"]}
COLUMNS: Final[Mapping[PlantSheet, Mapping[str, tuple[str, ...]]]] = {
    PlantSheet.UNITS: {
        **_UNIT,
        "kind": ("单元类型", "单元类别", "unit_kind"),
        "area": FLAT["area"],
        "people": FLAT["people"],
        "lon": FLAT["lon"],
        "lat": FLAT["lat"],
        "filing_number": ("备案编号", "备案号"),
        "filed_on": ("备案日期",),
        "assessed_on": ("评估日期", "安全评估日期"),
    },
    PlantSheet.EQUIPMENT: {
        **_TAG,
        "name": FLAT["equipment"],
        "kind": ("设备类型", "设备类别", "equipment_kind"),
        **{name: FLAT[name] for name in ("shape", "volume_m3", "height_m", "liquefied")},
        "bund": ("围堰", "防火堤"),
        "building": ("建筑物", "库房名称"),
        "lon": FLAT["lon"],
        "lat": FLAT["lat"],
    },
    PlantSheet.SUBSTANCES: {
        **_TAG,
        **{name: FLAT[name] for name in ("substance", "design_t", "cas", "classes", "content_percent", "mixture_of")},
        "density_kg_m3": FLAT["density_kg_m3"],
    },
    PlantSheet.POINTS: {
        **_TAG,
        "point": ("测点位号", "测点", "仪表位号"),
        "kind": ("测点类型", "测点类别", "point_kind"),
        "sensor": ("传感器", "设备编号/通道"),
        "low_low": ("低低限", "LL"),
        "low": ("低限", "L"),
        "high": ("高限", "H"),
        "high_high": ("高高限", "HH"),
    },
    PlantSheet.JOINTS: {
        **_UNIT,
        "source": ("起点位号", "起点", "from"),
        "target_unit": ("终点单元", "to_unit"),
        "target": ("终点位号", "终点", "to"),
        "joint": ("管道位号", "阀门位号", "tag"),
        "isolating": ("切断阀", "有切断阀"),
    },
}
"""Columns of each sheet and what offices call them."""
NEEDED: Final[Mapping[PlantSheet, tuple[str, ...]]] = {
    PlantSheet.UNITS: ("unit",),
    PlantSheet.EQUIPMENT: ("unit", "tag"),
    PlantSheet.SUBSTANCES: ("unit", "tag", "substance"),
    PlantSheet.POINTS: ("unit", "tag", "point"),
    PlantSheet.JOINTS: ("unit", "source", "target"),
}
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


def read_sheets(tables: Mapping[str, Sequence[Sequence[str]]]) -> tuple[list[GivenRow], list[str]]:
    """The filled rows of all sheets, and what means nothing: sheets, and headings of those that are known.

    A sheet is known by its title, else by its headings; so is a CSV, whose title is empty. InvalidInput where no sheet is known,
    where a known one lacks a needed heading, or has two columns of one meaning.
    """
    rows: list[GivenRow] = []
    unread: list[str] = []
    known = 0
    for title, table in tables.items():
        sheet = _sheet_of(title, table)
        if sheet is None:
            unread += [title] if title and any(map(any, table)) else []
            continue
        known += 1
        at, columns = _headings(sheet, table)
        unread += [text for text, column in zip(table[at], columns, strict=True) if text and not column]
        for line, row in enumerate(table[at + 1 :], at + 2):
            cells = {column: text for column, text in zip(columns, row, strict=False) if column and text}
            if cells:
                rows.append(GivenRow(sheet, line, cells))
    if not known:
        titles = ", ".join(words[0] for words in TITLES.values())
        raise InvalidInput("no sheet is called %(titles)s, and no headings are those of one: take the empty table", titles=titles)
    return rows, unread


def _sheet_of(title: str, table: Sequence[Sequence[str]]) -> PlantSheet | None:
    named = title.strip().lower()
    for sheet, words in TITLES.items():
        if named and named in (*words, sheet.value):
            return sheet
    best, most = None, 0
    for sheet in PlantSheet:
        for headings in table[:10]:
            columns = {column_of(one, COLUMNS[sheet]) for one in headings if one} - {""}
            if columns.issuperset(NEEDED[sheet]) and len(columns) > most:
                best, most = sheet, len(columns)
    return best


def _headings(sheet: PlantSheet, table: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    for at, headings in enumerate(table[:10]):
        columns = [column_of(one, COLUMNS[sheet]) if one else "" for one in headings]
        if all(one in columns for one in NEEDED[sheet]):
            if twice := [one for one, count in Counter(filter(None, columns)).items() if count > 1]:
                names = ", ".join(COLUMNS[sheet][one][0] for one in twice)
                raise InvalidInput("sheet %(sheet)s: two columns mean the same: %(names)s", sheet=TITLES[sheet][0], names=names)
            return at, columns
    needed = ", ".join(COLUMNS[sheet][one][0] for one in NEEDED[sheet])
    raise InvalidInput(
        "sheet %(sheet)s: none of the first lines has headings for %(needed)s", sheet=TITLES[sheet][0], needed=needed
    )


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
