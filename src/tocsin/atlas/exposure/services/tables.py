"""Bodies from a spreadsheet or a GeoJSON file: how a row is judged, written and undone.

A row is known by its code within the region, else by kind, name and address: the same file taken over twice changes nothing. An
empty cell never erases what the register says.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exposure.models import ExposedBody
from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.bodies import KEEP
from tocsin.atlas.exposure.services.bodies import (
    PEOPLE,
    BodyFacts,
    changes_of,
    columns_of,
    mark_changed,
    problems_of,
    write_changes,
    write_new,
)
from tocsin.base.errors import Conflict
from tocsin.records.face import geojson_features, record_audits
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

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
EXAMPLE: Final = {
    "code": "示例-1",
    "kind": "学校",
    "name": "示例：第一小学",
    "lon": "120.42",
    "lat": "36.16",
    "people_day": "960",
}
ENGLISH_EXAMPLE: Final = {"code": "EXAMPLE-1", "kind": "school", "name": "Example: First Primary School"}


@dataclass(frozen=True)
class _Found:
    columns: Mapping[str, Any]
    before: ExposedBody | None


def headings() -> dict[str, tuple[str, ...]]:
    """All columns that a file may have, the kinds' figures last."""
    found: dict[str, list[str]] = {}
    for kind in exposure_policy().kinds:
        for one in kind.attributes:
            words = found.setdefault(one.code, [])
            words += [word for word in (one.zh,) if word not in words]
    return HEADINGS | {code: tuple(words) for code, words in found.items() if code not in HEADINGS}


def judge_bodies(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the register as it is now. One query, however many rows."""
    today = timezone.localdate(now)
    kinds = {word: one.code for one in exposure_policy().kinds for word in (one.code, one.zh, one.en.lower())}
    known: dict[object, ExposedBody] = {}
    for one in ExposedBody.objects.filter(region_code=region_code).select_related("within"):
        known[one.code] = one
        known[one.kind, one.name, one.address] = one
    seen: dict[object, int] = {}
    for row in rows:
        row.name = row.cells.get("name", "")
        values, wrong = _read_cells(row.cells, kinds)
        row.problems += [CellProblem(*one) for one in wrong]
        key = values.get("code") or (values.get("kind"), values.get("name"), values.get("address", ""))
        if key in seen:
            row.problems.append(CellProblem("code", _("Line %(line)s tells of the same body.") % {"line": seen[key]}))
        seen.setdefault(key, row.line)
        if not row.problems and all(one in values for one in NEEDED):
            _judge(row, values, known.get(key), known, now, today)


def write_bodies(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New bodies and changed ones, each with its line of history."""
    made = [
        ExposedBody(region_code=region_code, **row.found.columns, changed_by=actor)
        for row in rows
        if row.verdict is ImportVerdict.NEW
    ]
    try:
        write_new(made)
    except IntegrityError:
        raise Conflict(_("The register has changed meanwhile: try again; what was written stays.")) from None
    told = [(one.pk, region_code, {"code": one.code, "kind": one.kind, "name": one.name}) for one in made]
    record_audits(actor, "exposed_body.registered", "exposed_body", told)
    changed = [row for row in rows if row.verdict is ImportVerdict.CHANGED]
    written = {row.found.before.pk: Written(row.found.before.pk, _before(row)) for row in changed}
    values = [(row.found.before, {**row.found.columns, "changed_at": now, "changed_by_id": actor.pk}) for row in changed]
    write_changes(values)
    told = [(one.pk, one.region_code, {"code": one.code, "name": one.name}) for one, _values in values]
    record_audits(actor, "exposed_body.changed", "exposed_body", told)
    fresh = iter(made)
    return [written[row.found.before.pk] if row.verdict is ImportVerdict.CHANGED else Written(next(fresh).pk) for row in rows]


def undo_bodies(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New bodies go with their history, changed ones hold again what they held, with a line of history that says so. Conflict
    where one was changed since, or is the whole of another that stays.
    """
    bodies = ExposedBody.objects.select_for_update().in_bulk([one.id for one in written])
    if later := next((one for one in bodies.values() if one.changed_at != written_at), None):
        raise Conflict(_("%(name)s was changed since: it can't be undone.") % {"name": later.name})
    gone = [one.id for one in written if one.before is None and one.id in bodies]
    if part := ExposedBody.objects.filter(within__in=gone).exclude(pk__in=gone).first():
        raise Conflict(_("%(name)s is a part of a body of this file: it can't be undone.") % {"name": part.name})
    told = [(one, region_code, {"code": bodies[one].code, "name": bodies[one].name}) for one in gone]
    ExposedBody.objects.filter(pk__in=gone).delete()
    record_audits(actor, "exposed_body.undone", "exposed_body", told)
    restored = [
        (bodies[one.id], _restored(one.before, actor, now)) for one in written if one.before is not None and one.id in bodies
    ]
    write_changes(restored)
    told = [(one.pk, one.region_code, {"code": one.code, "name": one.name}) for one, _values in restored]
    record_audits(actor, "exposed_body.restored", "exposed_body", told)
    mark_changed()


EXPOSED_BODIES: Final = ImportKind(
    name="exposed-bodies",
    title=pgettext_lazy("rows of a table", "Exposed bodies"),
    permission=KEEP,
    headings=headings,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="exposed_bodies",
    judge=judge_bodies,
    write=write_bodies,
    undo=undo_bodies,
    place=("lon", "lat"),
    features=geojson_features,
    suffixes=(".xlsx", ".csv", ".txt", ".geojson", ".json"),
)


def _before(row: Row) -> dict[str, Any]:
    told = {name: getattr(row.found.before, name) for name in row.found.columns}
    return {
        name: str(value) if name in ("figures_on", "within_id") and value is not None else value for name, value in told.items()
    }


def _restored(before: Mapping[str, Any], actor: "User", now: datetime) -> dict[str, Any]:
    told = dict(before)
    if "figures_on" in told:
        told["figures_on"] = date.fromisoformat(told["figures_on"])
    if told.get("within_id"):
        told["within_id"] = UUID(told["within_id"])
    return {**told, "changed_at": now, "changed_by_id": actor.pk}


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
            if column == "kind" and text.lower() not in kinds:
                known = ", ".join(one.words for one in exposure_policy().kinds)
                wrong.append((column, _("This is none of %(codes)s.") % {"codes": known}))
            elif column == "kind":
                values[column] = kinds[text.lower()]
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


def _judge(
    row: Row,
    values: dict[str, Any],
    before: ExposedBody | None,
    known: Mapping[object, ExposedBody],
    now: datetime,
    today: date,
) -> None:
    told = _facts_of(before) if before else {}
    if "figures" in values and told:
        values = values | {"figures": told["figures"] | values["figures"]}
    if told and ("lon" in values or row.shape is not None):
        told |= {"lon": None, "lat": None, "shape": None}
    facts = BodyFacts(**(told | {"shape": row.shape or told.get("shape")} | values))
    row.problems = [CellProblem(*one) for one in problems_of(facts, today)]
    whole = known.get(facts.within) if facts.within else None
    if facts.within and (whole is None or whole.within_id is not None or whole is before):
        text = _("%(code)s is no other body of this region that stands by itself.")
        row.problems.append(CellProblem("within", text % {"code": facts.within[:40]}))
    if row.problems:
        return
    columns = columns_of(facts, whole, now)
    row.place = columns["lon"], columns["lat"]
    if before is None:
        row.verdict, row.found = ImportVerdict.NEW, _Found(columns, None)
        return
    changed = changes_of(before, columns)
    row.found = _Found(changed, before)
    row.changes = [one for name, value in changed.items() for one in _changes(name, getattr(before, name), value)]
    row.verdict = ImportVerdict.CHANGED if changed else ImportVerdict.SAME


def _changes(name: str, before: Any, after: Any) -> list[CellChange]:
    """A change of figures is one of each figure that is other than it was."""
    if name != "figures":
        return [CellChange(name.removesuffix("_id"), _as_text(before), _as_text(after))]
    named = [one for one in {**before, **after} if before.get(one) != after.get(one)]
    return [CellChange(one, _as_text(before.get(one)), _as_text(after.get(one))) for one in named]


def _as_text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)[:300]


def _facts_of(one: ExposedBody) -> dict[str, Any]:
    names = ("code", "kind", "name", "lon", "lat", "shape", *PEOPLE, "address", "owner", "contact", "telephone", "source")
    told = {name: getattr(one, name) for name in names}
    return {**told, "figures": dict(one.figures), "figures_on": one.figures_on, "within": one.within.code if one.within else ""}
