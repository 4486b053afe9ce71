"""Objects from tables: how a row is judged, written and undone.

A row is known by credit code and site, by its information code, or, without both, by parent, kind and name. An empty cell never
erases what the register holds.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.bus.bulk import insert_all, save_all
from tocsin.jurisdiction.face import Organisation, require
from tocsin.records.face import Plain, kept_of, record_audits, undo_plain
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import register, trade_name
from tocsin.supervision.objects.queries.register import region_name
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import (
    WITH_CREDIT_CODE,
    NewObject,
    RiskClass,
    part_code,
    part_number,
    place_code,
    site_code,
)
from tocsin.supervision.objects.rules.tables import HEADINGS, NEEDED
from tocsin.supervision.objects.services.register import columns_of
from tocsin.supervision.objects.services.rows import ORDER, ObjectRow, changes_of, judge_rows
from tocsin.supervision.objects.shown import RISK_NAMES

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import User

KIND: Final = "supervised-objects"
EXAMPLE: Final = {
    "kind": "企业",
    "name": "示例：海诺化工有限公司",
    "credit_code": "91350100M000100Y43",
    "site_number": "1",
    "trade": "化工",
    "risk_class": "较大",
    "region_code": "370213",
    "address": "九水路12号",
    "lon": "120.41",
    "lat": "36.16",
    "employees": "86",
    "shifts": "08:00-17:30",
    "major_hazard": "否",
    "directly_supervised": "否",
}
ENGLISH_EXAMPLE: Final = {
    "kind": "enterprise",
    "name": "Example: Haino Chemicals Ltd",
    "trade": "chemicals",
    "risk_class": "orange",
    "address": "12 Jiushui Road",
    "major_hazard": "no",
    "directly_supervised": "no",
}


def judge_objects(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the register as it is now. A handful of queries, however many rows."""
    judged = judge_rows(actor, region_code, [ObjectRow(row.line, dict(row.cells)) for row in rows])
    bodies = _names_of_bodies(judged)
    for row, told in zip(rows, judged, strict=True):
        row.found, row.verdict = told, told.verdict
        row.name = told.cells.get("name") or (told.before.name if told.before else "")
        row.problems += [CellProblem(_column_of(one.field), one.text) for one in told.problems]
        if told.new is not None and told.new.lon is not None and told.new.lat is not None:
            row.place = told.new.lon, told.new.lat
        if told.verdict is ImportVerdict.CHANGED and told.before is not None and told.new is not None:
            row.changes = [
                CellChange(_column_of(name), _in_words(name, before, bodies), _in_words(name, after, bodies))
                for name, (before, after) in changes_of(told.before, told.new).items()
            ]


def write_objects(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New objects get the next information codes; each row has its entry in the audit trail."""
    found: list[ObjectRow] = [row.found for row in rows]
    for region in {_new(one).region_code for one in found}:
        require(actor, rights.MANAGE, region)
    numbers, made = _Numbers(), list[SupervisedObject]()
    for one in found:
        if one.before is None:
            new = _new(one)
            one.code = numbers.code_of(one)
            made.append(
                SupervisedObject(
                    **columns_of(new), id=one.id, kind=new.kind.value, parent_id=new.parent_id, code=one.code, created_at=now
                )
            )
    insert_all(made)
    record_audits(actor, "object.registered", "object", [_noted(one) for one in made])
    written = {one.pk: Written(one.pk, {"new": True, "fields": kept_of(one, names=_columns(found))}) for one in made}
    return [written[one.id] if one.before is None else changed for one, changed in _change(actor, found)]


def undo_objects(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New objects go, changed ones hold again what they held. Conflict where one was changed since or something builds on it:
    parts, people, tasks, points, records of platforms.
    """
    gone, restored = undo_plain(SupervisedObject, written)
    for region in {one.region_code for one in (*gone, *restored)}:
        require(actor, rights.MANAGE, region)
    record_audits(actor, "object.undone", "object", [_noted(one) for one in gone])
    record_audits(actor, "object.restored", "object", [_noted(one) for one in restored])


OBJECTS: Final = ImportKind(
    name=KIND,
    title=pgettext_lazy("rows of a table", "Supervised objects"),
    permission=rights.MANAGE,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="objects",
    judge=judge_objects,
    write=write_objects,
    undo=undo_objects,
    order=lambda row: ORDER[_new(row.found).kind],
    place=("lon", "lat"),
    limits=lambda: register().imports,
)


class _Numbers:
    """Numbers of new parts and places, each counted from the highest there is."""

    def __init__(self) -> None:
        self._last: dict[tuple[object, str], int] = {}

    def code_of(self, row: ObjectRow) -> str:
        new, prefix = _new(row), register().code.prefix
        if new.kind in WITH_CREDIT_CODE and new.credit_code:
            return site_code(prefix, new.credit_code, new.site_number)
        key = (new.parent_id or new.region_code, new.kind.value)
        if key not in self._last:
            same = SupervisedObject.objects.filter(kind=new.kind.value, parent=new.parent_id, credit_code="")
            if new.parent_id is None:
                same = same.filter(code__startswith=f"{prefix}-{new.region_code}-")
            self._last[key] = max(map(part_number, same.values_list("code", flat=True)), default=0)
        self._last[key] += 1
        if row.parent is None:
            return place_code(prefix, new.region_code, new.kind, self._last[key])
        return part_code(row.parent.code, new.kind, self._last[key])


def _change(actor: "User", found: Sequence[ObjectRow]) -> list[tuple[ObjectRow, Written]]:
    """What is changed of registered ones; a row of a new one is answered with its id alone."""
    changed, told, answers = list[SupervisedObject](), [], list[tuple[ObjectRow, Written]]()
    for row in found:
        before = row.before
        if before is None:
            answers.append((row, Written(row.id)))
            continue
        fields = changes_of(before, _new(row))
        answers.append((row, Written(before.pk, {"new": False, "fields": fields})))
        told.append((before.pk, before.region_code, fields))
        for name, value in columns_of(_new(row)).items():
            setattr(before, name, value)
        changed.append(before)
    save_all(changed, *_columns(found))
    record_audits(actor, "object.changed", "object", told)
    return answers


def _columns(found: Sequence[ObjectRow]) -> list[str]:
    return list(columns_of(_new(found[0]))) if found else []


def _new(row: ObjectRow) -> NewObject:
    if row.new is None:
        raise ValueError("a wrong row is never written")
    return row.new


def _noted(one: SupervisedObject) -> "tuple[UUID, str, dict[str, str]]":
    return one.pk, one.region_code, {"code": one.code, "name": one.name}


def _column_of(field: str) -> str:
    return {"competent_id": "competent"}.get(field, field)


def _names_of_bodies(rows: Sequence[ObjectRow]) -> dict[str, str]:
    ids = {pk for row in rows if row.before and row.new for pk in (row.before.competent_id, row.new.competent_id) if pk}
    return {str(one.pk): str(one) for one in Organisation.objects.filter(pk__in=ids)} if ids else {}


def _in_words(field: str, value: Plain, bodies: Mapping[str, str]) -> str:
    match field, value:
        case _, None | "":
            return ""
        case "competent_id", _:
            return bodies.get(str(value), "")
        case "trade", _:
            return trade_name(str(value))
        case "region_code", _:
            return region_name(str(value))
        case "risk_class", _:
            return str(RISK_NAMES[RiskClass(str(value))])
        case _, bool():
            return _("yes") if value else _("no")
        case _, float():
            return f"{value:g}"
        case _:
            return str(value)
