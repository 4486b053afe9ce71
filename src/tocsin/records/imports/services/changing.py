"""What kinds of plain rows share: what a row's fields held and hold, kept with a file, and given back when it is undone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.bus.bulk import save_all
from tocsin.records.imports.queries import builds_on, kind_of
from tocsin.records.imports.rules import ImportVerdict, Row, Written
from tocsin.records.imports.services.judging import judge_these

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE = 500  # ids of one query
type Plain = bool | int | float | str | list[Any] | dict[str, Any] | None


@dataclass
class Entered:
    """How rows went in that came without a file: counts, and each wrong row with its problems as one text."""

    new: int = 0
    changed: int = 0
    same: int = 0
    wrong: list[tuple[Row, str]] = field(default_factory=list)


def plain(value: object) -> Plain:
    """A field's value as JSON keeps it."""
    return value if isinstance(value, (bool, int, float, str, list, dict, type(None))) else str(value)


def difference(row: models.Model, values: Mapping[str, object]) -> dict[str, list[Plain]]:
    """By field (a foreign key by its `_id`) what it holds now and what it will hold, for those that differ."""
    pairs = {name: [plain(getattr(row, name)), plain(value)] for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def kept_of(row: models.Model, *, names: Iterable[str]) -> dict[str, list[Plain]]:
    """The same of a new row: it held nothing."""
    return {name: [None, plain(getattr(row, name))] for name in names}


def restore(row: models.Model, told: Mapping[str, Sequence[Plain]]) -> None:
    """The fields hold again what they held. Conflict where one holds something else than the file wrote."""
    refuse_changed(row, told)
    for name, (before, _after) in told.items():
        kept: Any = row._meta.get_field(name)
        target = kept.target_field if isinstance(kept, models.ForeignKey) else kept
        setattr(row, name, target.to_python(before))


def refuse_changed(row: models.Model, told: Mapping[str, Sequence[Plain]]) -> None:
    """Conflict where a field holds something else than the file wrote."""
    if any(plain(getattr(row, name)) != after for name, (_before, after) in told.items()):
        raise Conflict(_("%(name)s was changed since: it can't be undone.") % {"name": row})


def delete_raw(rows: "models.QuerySet[Any]") -> None:
    """Deletes rows at which nothing points but rows that go in the same transaction: a whole and its parts go in any order."""
    rows._raw_delete(rows.db)


def locked[M: models.Model](model: type[M], ids: Sequence[UUID]) -> dict[UUID, M]:
    """The rows of these ids, locked until the transaction ends."""
    found: dict[UUID, M] = {}
    for part in batched(ids, AT_ONCE):
        found |= model._default_manager.select_for_update().in_bulk(part)
    return found


def undo_plain[M: models.Model](
    model: type[M], written: Sequence[Written], *, apart_from: Sequence[type[models.Model]] = ()
) -> tuple[list[M], list[M]]:
    """Takes back rows whose `before` is `{"new": bool, "fields": difference}`: new ones go, with those of `apart_from` at
    them; changed ones hold again what they held. Returns those that went and those that hold what they held.

    Conflict where one was changed since, or something builds on a new one.
    """
    rows = locked(model, [one.id for one in written])
    gone, restored = list[M](), list[M]()
    names: set[str] = set()
    for one in written:
        row, before = rows.get(one.id), dict(one.before or {})
        if row is None:
            continue
        if before.get("new"):
            refuse_changed(row, before["fields"])
            gone.append(row)
        else:
            restore(row, before["fields"])
            names |= before["fields"].keys()
            restored.append(row)
    if (used := builds_on(model, [one.pk for one in gone], apart_from=apart_from)) is not None:
        raise Conflict(_("%(name)s is in use: it can't be undone.") % {"name": rows[used]})
    for part in batched([one.pk for one in gone], AT_ONCE):
        for key in (one for other in apart_from for one in other._meta.concrete_fields if one.related_model is model):
            delete_raw(key.model._base_manager.filter(**{f"{key.name}__in": part}))
        delete_raw(model._base_manager.filter(pk__in=part))
    save_all(restored, *sorted(names))
    return gone, restored


def enter_rows(
    *,
    actor: "User",
    kind: str,
    rows: Sequence[tuple[int, Mapping[str, str]]],
    region_code: str = "",
    leave_wrong: bool = False,
    now: datetime,
) -> Entered:
    """Rows that a program sends without a file, judged and written as those of a file are, in one transaction. With wrong rows
    nothing is written, unless the right ones shall be. What came so is not undone as a whole.
    """
    chosen = kind_of(kind)
    cells = [(line, {name: text.strip() for name, text in one.items() if text.strip()}) for line, one in rows]
    given = [Row(line, told) for line, told in cells]
    with transaction.atomic():
        judge_these(chosen, actor, region_code, given, now)
        verdicts = [row.verdict for row in given]
        result = Entered(wrong=[(row, _told(row)) for row in given if row.verdict is ImportVerdict.WRONG])
        if result.wrong and not leave_wrong:
            return result
        todo = [row for row in given if row.verdict in (ImportVerdict.NEW, ImportVerdict.CHANGED)]
        if (order := chosen.order) is not None:
            todo.sort(key=order)
        if todo:
            chosen.write(actor=actor, region_code=region_code, rows=todo, now=now)
    result.new, result.changed, result.same = (
        verdicts.count(one) for one in (ImportVerdict.NEW, ImportVerdict.CHANGED, ImportVerdict.SAME)
    )
    return result


def _told(row: Row) -> str:
    return " ".join(f"{one.column}: {one.text}" for one in row.problems)
