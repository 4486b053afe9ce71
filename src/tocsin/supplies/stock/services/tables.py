"""Stores from tables: how a row is judged, written and undone. A store is known by its name among those that its body keeps in
the region; an empty cell never erases what its card says.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.bus.bulk import insert_all, save_all
from tocsin.jurisdiction.face import Organisation, all_regions, require, visible_organisations
from tocsin.records.face import difference, kept_of, record_audits, undo_plain
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Holding, Store
from tocsin.supplies.stock.rules.lots import Level
from tocsin.supplies.stock.services.stores import StoreFacts, columns_of, problems_of
from tocsin.supplies.stock.shown.names import LEVEL_NAMES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

LANGUAGES: Final = ("zh-hans", "en")
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("名称", "仓库名称", "库名"),
    "body": ("管理单位", "主管单位", "所属单位"),
    "level": ("级别", "层级", "储备层级"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "address": ("地址", "详细地址"),
    "access": ("进出道路", "通行条件"),
    "contact": ("联系人",),
    "telephone": ("电话", "联系电话"),
    "opening": ("开放时间", "值守时间"),
    "capacity_m3": ("容积", "库容"),
}
"""Columns and what offices call them."""
NEEDED: Final = ("name", "body")
NUMBERS: Final = ("lon", "lat", "capacity_m3")
TEXTS: Final = ("name", "address", "access", "contact", "telephone", "opening")
EXAMPLE: Final = {
    "name": "示例：李沧区应急物资库",
    "body": "应急管理局",
    "level": "县级",
    "lon": "120.43",
    "lat": "36.16",
    "address": "九水路 12 号",
    "contact": "王库管",
    "telephone": "0532 12345678",
    "capacity_m3": "1200",
}
ENGLISH_EXAMPLE: Final = {"name": "Example: district store", "level": "county", "address": "12 Jiushui Road", "contact": "Wang"}


@dataclass
class _Found:
    body: Organisation
    facts: StoreFacts
    before: Store | None
    changed: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class _Judge:
    """What the rows are compared with, read once for all of them."""

    bodies: Mapping[str, list[Organisation]]
    levels: Mapping[str, Level]
    known: Mapping[tuple[UUID, str], Store]
    stocked: frozenset[UUID]
    seen: dict[tuple[UUID, str], int] = field(default_factory=dict)

    def judge(self, row: Row) -> None:
        """The row with what it would write, or with all that is wrong."""
        cells, body = row.cells, self._body(row)
        key = (body.pk, cells.get("name", "")) if body else None
        before = self.known.get(key) if key else None
        if key is not None and key in self.seen and key[1]:
            row.problems.append(CellProblem("name", _("Line %(line)s has the same name.") % {"line": self.seen[key]}))
        elif key is not None:
            self.seen[key] = row.line
        facts = _facts_of(before) if before else StoreFacts(name="", level=Level.COUNTY)
        texts: dict[str, Any] = {name: cells[name] for name in TEXTS if name in cells}
        facts = replace(facts, **texts)
        if "level" in cells:
            level = self.levels.get(cells["level"].lower())
            if level is None:
                known = ", ".join(str(one) for one in LEVEL_NAMES.values())
                row.problems.append(CellProblem("level", _("Not known; known are: %(known)s") % {"known": known}))
            else:
                facts = replace(facts, level=level)
        elif before is None:
            row.problems.append(CellProblem("level", _("This cell must not be empty.")))
        for name in NUMBERS:
            if text := cells.get(name, ""):
                number = _number(text)
                if number is None:
                    row.problems.append(CellProblem(name, _("This can't be read: %(text)s") % {"text": text[:60]}))
                else:
                    told_number: dict[str, Any] = {name: number}
                    facts = replace(facts, **told_number)
        told = {one.column for one in row.problems}
        row.problems += [CellProblem(*one) for one in problems_of(facts) if one[0] not in told]
        if facts.lon is not None and facts.lat is not None:
            row.place = facts.lon, facts.lat
        if body is not None and not row.problems:
            self._compare(row, _Found(body, facts, before))

    def _body(self, row: Row) -> Organisation | None:
        text = row.cells.get("body", "")
        found = self.bodies.get(text.lower(), [])
        if text and len(found) != 1:
            words = _("Two organisations are called “%(given)s”: write the code.") if found else ""
            words = words or _("There is no organisation “%(given)s” that you may see.")
            row.problems.append(CellProblem("body", words % {"given": text[:60]}))
        return found[0] if len(found) == 1 else None

    def _compare(self, row: Row, found: _Found) -> None:
        row.found = found
        if found.before is None:
            row.verdict = ImportVerdict.NEW
            return
        found.changed = difference(found.before, columns_of(found.facts))
        if "level" in found.changed and found.before.pk in self.stocked:
            row.problems.append(CellProblem("level", _("The store has stock: its level stays as it is.")))
            return
        row.changes = [
            CellChange(name, _in_words(name, before), _in_words(name, after)) for name, (before, after) in found.changed.items()
        ]
        row.verdict = ImportVerdict.CHANGED if found.changed else ImportVerdict.SAME


def judge_stores(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the stores of the region as they are now. Four queries, however many rows."""
    known = {(one.body_id, one.name): one for one in Store.objects.filter(region_code=region_code).select_related("body")}
    stocked = frozenset(Holding.objects.filter(store__region_code=region_code).values_list("store_id", flat=True))
    judge = _Judge(_bodies(actor), _levels(), known, stocked)
    for row in rows:
        row.name = row.cells.get("name", "")[:120]
        judge.judge(row)
    if not all_regions().filter(code=region_code).exists():
        for row in rows:
            row.problems.append(CellProblem("name", _("There is no region %(code)s.") % {"code": region_code}))


def write_stores(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New stores and changed cards, each with its entry in the audit trail."""
    require(actor, rights.LEAD, region_code)
    new, changed, written = list[Store](), list[_Found](), list[Written]()
    for row in rows:
        found: _Found = row.found
        columns = columns_of(found.facts)
        if found.before is None:
            made = Store(region_code=region_code, body=found.body, **columns)
            new.append(made)
            written.append(Written(made.pk, {"new": True, "fields": kept_of(made, names=(*columns, "active"))}))
            continue
        for name in found.changed:
            setattr(found.before, name, columns[name])
        changed.append(found)
        written.append(Written(found.before.pk, {"new": False, "fields": found.changed}))
    insert_all(new)
    rows_of = [(one.before, one.changed) for one in changed if one.before is not None]
    for name in sorted({name for _store, fields in rows_of for name in fields}):
        save_all([store for store, fields in rows_of if name in fields], name)
    told = [(one.pk, region_code, {"name": one.name, "body": one.body.code}) for one in new]
    record_audits(actor, "store.registered", "supply_store", told)
    record_audits(actor, "store.changed", "supply_store", [(one.pk, region_code, fields) for one, fields in rows_of])
    return written


def undo_stores(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New stores go, changed cards say again what they said. Conflict where one was changed since, or something lies there."""
    require(actor, rights.LEAD, region_code)
    gone, restored = undo_plain(Store, written)
    record_audits(actor, "store.undone", "supply_store", [(one.pk, region_code, {"name": one.name}) for one in gone])
    record_audits(actor, "store.restored", "supply_store", [(one.pk, region_code, {"name": one.name}) for one in restored])


STORES: Final = ImportKind(
    name="stores",
    title=pgettext_lazy("rows of a table", "Stores of supplies"),
    permission=rights.LEAD,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="supply_stores",
    judge=judge_stores,
    write=write_stores,
    undo=undo_stores,
    place=("lon", "lat"),
)


def _bodies(actor: "User") -> dict[str, list[Organisation]]:
    found: dict[str, list[Organisation]] = {}
    for one in visible_organisations(actor):
        for word in {one.code.lower(), one.name_zh.lower(), one.name_en.lower()} - {""}:
            found.setdefault(word, []).append(one)
    return found


def _levels() -> dict[str, Level]:
    words = {one.value: one for one in Level}
    for language in LANGUAGES:
        with translation.override(language):
            words |= {str(name).lower(): level for level, name in LEVEL_NAMES.items()}
    return words


def _facts_of(one: Store) -> StoreFacts:
    names = [name for name in asdict(StoreFacts(name="", level=Level.COUNTY)) if name != "level"]
    return StoreFacts(level=Level(one.level), **{name: getattr(one, name) for name in names})


def _in_words(name: str, value: object) -> str:
    if name == "level" and value:
        return str(LEVEL_NAMES[Level(str(value))])
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "").removeprefix("'"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
