"""Bodies from a spreadsheet or a GeoJSON file: every row that is wrong is told with its column, the rest is taken over in one
press.

A row is known by its code within the region, else by kind, name and address: the same file taken over twice changes nothing. An
empty cell never erases what the register says.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.atlas.exposure.models import BodyTable, ExposedBody
from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.bodies import KEEP, visible_tables
from tocsin.atlas.exposure.rules import BodyVerdict
from tocsin.atlas.exposure.services.bodies import (
    PEOPLE,
    BodyFacts,
    changes_of,
    check_region,
    columns_of,
    problems_of,
    write_changes,
    write_new,
)
from tocsin.base.documents import read_json
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.sheets import read_foreign_table
from tocsin.base.storable import storable
from tocsin.base.tables import column_of, rows_below_headings
from tocsin.bus.bulk import in_batches
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit, record_audits

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_BYTES, MOST_ROWS = 8_000_000, 10_000
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("编码", "编号", "统一编码"),
    "kind": ("类型", "类别", "承灾体类型"),
    "name": ("名称", "单位名称"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "people_day": ("白天人数", "日间人数"),
    "people_night": ("夜间人数", "夜晚人数"),
    "people_day_off": ("节假日人数", "休息日人数"),
    "within": ("所属建筑", "所在建筑编码"),
    "address": ("地址", "详细地址"),
    "owner": ("权属单位", "管理单位", "业主"),
    "contact": ("联系人",),
    "telephone": ("电话", "联系电话"),
    "figures_on": ("数据日期", "统计日期"),
    "source": ("来源", "数据来源"),
}
"""Columns and what offices call them; the figures of the kinds come from the policy."""
NEEDED: Final = ("kind", "name")
_TEXTS: Final = ("code", "kind", "name", "within", "address", "owner", "contact", "telephone", "source")


@dataclass
class Row:
    """One row of a file: its line, its cells, what would become of it, and what is wrong: column and how to mend it."""

    line: int
    cells: dict[str, str]
    shape: dict[str, Any] | None = None
    verdict: BodyVerdict = BodyVerdict.WRONG
    columns: dict[str, Any] = field(default_factory=dict)
    before: ExposedBody | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def headings() -> dict[str, tuple[str, ...]]:
    """All columns that a file may have, the kinds' figures last."""
    found: dict[str, list[str]] = {}
    for kind in exposure_policy().kinds:
        for one in kind.attributes:
            words = found.setdefault(one.code, [])
            words += [word for word in (one.zh,) if word not in words]
    return HEADINGS | {code: tuple(words) for code, words in found.items() if code not in HEADINGS}


def preview_bodies(*, actor: "User", region_code: str, file_name: str, content: bytes, now: datetime) -> BodyTable:
    """Keeps a file with its rows; nothing of the register changes. InvalidInput for what is no table or no GeoJSON, is too large,
    or lacks a needed column.
    """
    require(actor, KEEP, region_code)
    check_region(region_code)
    rows = _features(content) if content.lstrip()[:1] in (b"{", b"\xef") and b"FeatureCollection" in content[:4000] else None
    if rows is None:
        cells = read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20)
        rows = [{"line": line, "cells": told} for line, told in rows_below_headings(cells, headings(), NEEDED)]
    if len(rows) > MOST_ROWS:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": MOST_ROWS})
    with transaction.atomic():
        made = BodyTable.objects.create(
            region_code=region_code, file_name=storable(file_name)[:200], at=now, by=actor, rows=storable(rows)
        )
        told = {"file": made.file_name, "rows": len(rows)}
        record_audit(actor, "exposed_bodies.previewed", "body_table", made.pk, region_code, told)
    return made


def _features(content: bytes) -> list[dict[str, Any]]:
    """The features of a GeoJSON file as rows: `line` is the number of the feature."""
    value = read_json(content, most_bytes=MOST_BYTES)
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise InvalidInput(_("This GeoJSON file has no features."))
    rows = []
    for number, one in enumerate(features, 1):
        told = one.get("properties") if isinstance(one, dict) else None
        given = told if isinstance(told, dict) else {}
        named = {column_of(str(name), headings()): value for name, value in given.items()}
        cells = {name: str(value).strip() for name, value in named.items() if name and value is not None}
        shape = one.get("geometry") if isinstance(one, dict) else None
        rows.append({"line": number, "cells": cells, "shape": shape if isinstance(shape, dict) else None})
    return rows


def judged_rows(made: BodyTable, now: datetime) -> list[Row]:
    """What would become of each row, in the file's order, against the register as it is now. Two queries, however many rows."""
    today = timezone.localdate(now)
    kinds = {word: one.code for one in exposure_policy().kinds for word in (one.code, one.zh, one.en.lower())}
    known: dict[object, ExposedBody] = {}
    for one in ExposedBody.objects.filter(region_code=made.region_code).select_related("within"):
        known[one.code] = one
        known[one.kind, one.name, one.address] = one
    rows = [Row(one["line"], dict(one["cells"]), one.get("shape")) for one in made.rows]
    seen: dict[object, int] = {}
    for row in rows:
        values, row.problems = _read_cells(row.cells, kinds)
        row.problems += [(one, _("This cell must not be empty.")) for one in NEEDED if not row.cells.get(one, "").strip()]
        key = values.get("code") or (values.get("kind"), values.get("name"), values.get("address", ""))
        if key in seen:
            row.problems.append(("code", _("Line %(line)s tells of the same body.") % {"line": seen[key]}))
        seen.setdefault(key, row.line)
        row.before = known.get(key)
        if not row.problems:
            _judge(row, values, known, now, today)
    return rows


def take_bodies(*, actor: "User", table_id: UUID, now: datetime, leave_wrong: bool = False) -> BodyTable:
    """Writes the right rows, judged anew, some at a time; where it breaks off, taking it over again writes the rest.

    Conflict for a file that was taken or dropped, and for one with wrong rows unless they are to be left.
    """
    made = _open(actor, table_id)
    rows = judged_rows(made, now)
    if not leave_wrong and any(row.verdict is BodyVerdict.WRONG for row in rows):
        raise Conflict(_("Rows of this file are wrong: mend them in the file, or take over the others alone."))
    try:
        in_batches([row for row in rows if row.verdict is BodyVerdict.NEW], lambda some: _enter(actor, made.region_code, some))
        in_batches([row for row in rows if row.verdict is BodyVerdict.CHANGED], lambda some: _change(actor, some, now))
    except IntegrityError:
        raise Conflict(_("The register has changed meanwhile: try again; what was written stays.")) from None
    counts = dict(Counter(row.verdict.value for row in rows))
    with transaction.atomic():
        if not BodyTable.objects.filter(pk=made.pk, taken_at=None, dropped_at=None).update(taken_at=now, counts=counts):
            raise Conflict(_("This file was taken over or dropped already."))
        told = {"file": made.file_name, "rows": counts}
        record_audit(actor, "exposed_bodies.imported", "body_table", made.pk, made.region_code, told)
    made.taken_at, made.counts = now, counts
    return made


@transaction.atomic
def drop_bodies(*, actor: "User", table_id: UUID, now: datetime) -> BodyTable:
    """The file is not wanted: its rows are forgotten, that it was there is not."""
    made = _open(actor, table_id)
    made.rows, made.dropped_at = [], now
    made.save(update_fields=["rows", "dropped_at"])
    record_audit(actor, "exposed_bodies.dropped", "body_table", made.pk, made.region_code, {"file": made.file_name})
    return made


def _open(actor: "User", table_id: UUID) -> BodyTable:
    made = visible_tables(actor).get(pk=table_id)
    require(actor, KEEP, made.region_code)
    if made.taken_at is not None or made.dropped_at is not None:
        raise Conflict(_("This file was taken over or dropped already."))
    return made


def _read_cells(cells: Mapping[str, str], kinds: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The values of the filled cells; the columns whose text can't be read, each with what is wrong."""
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    figures: dict[str, float] = {}
    for column, raw in cells.items():
        text = raw.strip()
        if not text:
            continue
        try:
            if column == "kind":
                values[column] = kinds.get(text.lower(), text)
            elif column in _TEXTS:
                values[column] = text
            elif column == "figures_on":
                values[column] = date.fromisoformat(text.replace("/", "-")[:10])
            elif column in PEOPLE:
                values[column] = int(_number(text))
            elif column in ("lon", "lat"):
                values[column] = _number(text)
            else:
                figures[column] = _number(text)
        except ValueError:
            wrong.append((column, _("This can't be read: %(text)s") % {"text": text[:60]}))
    if figures:
        values["figures"] = figures
    return values, wrong


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    if not math.isfinite(value) or not text.isascii():
        raise ValueError(text)
    return value


def _judge(row: Row, values: dict[str, Any], known: Mapping[object, ExposedBody], now: datetime, today: date) -> None:
    told = _facts_of(row.before) if row.before else {}
    if "figures" in values and told:
        values = values | {"figures": told["figures"] | values["figures"]}
    if told and ("lon" in values or row.shape is not None):
        told |= {"lon": None, "lat": None, "shape": None}
    facts = BodyFacts(**(told | {"shape": row.shape or told.get("shape")} | values))
    row.problems = problems_of(facts, today)
    whole = known.get(facts.within) if facts.within else None
    if facts.within and (whole is None or whole.within_id is not None or whole is row.before):
        text = _("%(code)s is no other body of this region that stands by itself.")
        row.problems.append(("within", text % {"code": facts.within[:40]}))
    if row.problems:
        return
    columns = columns_of(facts, whole, now)
    if row.before is None:
        row.verdict, row.columns = BodyVerdict.NEW, columns
        return
    row.columns = changes_of(row.before, columns)
    row.verdict = BodyVerdict.CHANGED if row.columns else BodyVerdict.SAME


def _facts_of(one: ExposedBody) -> dict[str, Any]:
    names = ("code", "kind", "name", "lon", "lat", "shape", *PEOPLE, "address", "owner", "contact", "telephone", "source")
    told = {name: getattr(one, name) for name in names}
    return {**told, "figures": dict(one.figures), "figures_on": one.figures_on, "within": one.within.code if one.within else ""}


def _enter(actor: "User", region_code: str, rows: Sequence[Row]) -> None:
    made = [ExposedBody(region_code=region_code, **row.columns, changed_by=actor) for row in rows]
    write_new(made)
    told = [(one.pk, region_code, {"code": one.code, "kind": one.kind, "name": one.name}) for one in made]
    record_audits(actor, "exposed_body.registered", "exposed_body", told)


def _change(actor: "User", rows: Sequence[Row], now: datetime) -> None:
    changed = [(row.before, {**row.columns, "changed_at": now, "changed_by_id": actor.pk}) for row in rows if row.before]
    write_changes(changed)
    told = [(one.pk, one.region_code, {"code": one.code, "name": one.name}) for one, _values in changed]
    record_audits(actor, "exposed_body.changed", "exposed_body", told)
