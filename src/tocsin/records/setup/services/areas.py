"""Areas and their towns from tables: how a row is judged, written and undone. An empty cell erases nothing."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction.areas.rules.codes import TOWN_DIGITS, governing_prefix
from tocsin.jurisdiction.face import (
    all_regions,
    enter_area,
    enter_town,
    towns_within,
    withdraw_area,
    withdraw_town,
)
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AREA_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("区划代码", "代码", "编码"),
    "name_zh": ("名称", "中文名称"),
    "name_en": ("英文名称",),
}
LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class AreaNames:
    """What an area or a town is called; a town has a Chinese name alone."""

    name_zh: str
    name_en: str = ""


def area_id(code: str) -> UUID:
    """Under which an import remembers an area or a town, which has a code and no id."""
    return deterministic_id("area", code)


def is_town(code: str) -> bool:
    """Whether the code has the digits of a street or town."""
    return len(code) == TOWN_DIGITS


def code_slip(code: str, region_code: str, areas: Container[str]) -> str:
    """Why no area or town of this code is entered in a region; empty where it may be. `areas`: codes that are there by then."""
    if not (code.isascii() and code.isdigit() and len(code) in (6, TOWN_DIGITS) and code[0] != "0"):
        return _("The code of an area has six digits (GB/T 2260), that of a street or town nine (statistical code).")
    if not code.startswith(governing_prefix(region_code)):
        return _("This area does not lie in %(region)s.") % {"region": region_code}
    if is_town(code) and code[:6] not in areas:
        return _("There is no area %(code)s for this town: enter the area first, or in a row of this file.") % {"code": code[:6]}
    return ""


def name_slips(code: str, name_zh: str, name_en: str) -> list[CellProblem]:
    """What is wrong with the names of an area or a town, with their columns."""
    found = []
    if len(name_zh) > LONGEST_NAME:
        text = _("An area has a Chinese name of up to 60 and an English one of up to 100 characters.")
        found.append(CellProblem("name_zh", text))
    if is_town(code) and name_en:
        found.append(CellProblem("name_en", _("A street or town has a Chinese name alone: leave this cell empty.")))
    return found


def judge_areas(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the areas and towns that there are: two questions. A town may stand before its area."""
    codes = [row.cells.get("code", "") for row in rows]
    known = {one.code: AreaNames(one.name_zh, one.name_en) for one in all_regions()}
    areas = set(known) | {code for code in codes if not is_town(code)}
    known |= {code: AreaNames(name) for code, name in towns_within([one for one in codes if is_town(one)]).items()}
    seen: set[str] = set()
    for row, code in zip(rows, codes, strict=True):
        row.name = row.cells.get("name_zh", "")
        if slip := code_slip(code, region_code, areas):
            row.problems.append(CellProblem("code", slip))
        elif code in seen:
            row.problems.append(CellProblem("code", _("The file names this one twice.")))
        row.problems += name_slips(code, row.name, row.cells.get("name_en", ""))
        seen.add(code)
        if not row.problems:
            row.found = known.get(code)
            _judge_area(row, row.found)


def _judge_area(row: Row, before: AreaNames | None) -> None:
    if before is None:
        row.verdict = ImportVerdict.NEW
        return
    names = {name: row.cells[name] for name in ("name_zh", "name_en") if row.cells.get(name)}
    row.changes = [CellChange(one, getattr(before, one), new) for one, new in names.items() if getattr(before, one) != new]
    row.verdict = ImportVerdict.CHANGED if row.changes else ImportVerdict.SAME


def area_order(row: Row) -> int:
    """Areas are written before towns."""
    return int(is_town(row.cells.get("code", "")))


def write_names(actor: "User", code: str, names: AreaNames) -> None:
    """A new area or town, or its new names."""
    if is_town(code):
        enter_town(actor=actor, code=code, name_zh=names.name_zh)
    else:
        enter_area(actor=actor, code=code, name_zh=names.name_zh, name_en=names.name_en or names.name_zh)


def withdraw(actor: "User", code: str) -> None:
    """An area or town that an import brought goes again."""
    if is_town(code):
        withdraw_town(actor=actor, code=code)
    else:
        withdraw_area(actor=actor, code=code)


def write_areas(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New areas and towns, and new names."""
    written = []
    for row in rows:
        before: AreaNames | None = row.found
        code, name_en = row.cells["code"], row.cells.get("name_en") or (before.name_en if before else "")
        write_names(actor, code, AreaNames(row.cells["name_zh"], name_en))
        held = {"code": code, "name_zh": before.name_zh, "name_en": before.name_en} if before else None
        written.append(Written(area_id(code), held))
    return written


def undo_areas(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New towns and areas go, changed ones have their names again. Conflict where bodies or towns stand in one that would go."""
    codes = {area_id(one): one for one in (*towns_within([region_code]), *all_regions().values_list("code", flat=True))}
    for one in sorted((one for one in written if one.id in codes), key=lambda one: -len(codes[one.id])):
        if one.before is None:
            withdraw(actor, codes[one.id])
        else:
            write_names(actor, codes[one.id], AreaNames(one.before["name_zh"], one.before["name_en"]))


AREAS: Final = ImportKind(
    name="areas",
    title=pgettext_lazy("rows of a table", "Areas, streets and towns"),
    permission="organisations.manage",
    headings=lambda: AREA_HEADINGS,
    needed=("code", "name_zh"),
    example={"code": "370213", "name_zh": "李沧区", "name_en": "Licang District"},
    page="setup",
    judge=judge_areas,
    write=write_areas,
    undo=undo_areas,
    order=area_order,
)
