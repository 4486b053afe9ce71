"""Travel times from tables: how a row is judged, written and undone. A time is known by its store and place in an area's
table; an empty cell erases nothing.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.bus.bulk import insert_all, save_all
from tocsin.jurisdiction.face import require
from tocsin.records.face import difference, kept_of, record_audit, record_audits, undo_plain
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, UsualLimits, Written
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.models import TravelTime
from tocsin.supplies.roads.queries.travel import stores_by_word, visible_times
from tocsin.supplies.roads.rules.tables import HEADINGS, NEEDED, PLACE_LENGTH, RANGES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_FIELDS: Final = ("store_id", "place", "lon", "lat", "minutes", "km")
EXAMPLE: Final = {
    "store": "示例：李沧区库",
    "place": "石牛山路安置点",
    "lon": "120.43000",
    "lat": "36.16000",
    "minutes": "18",
    "km": "9.5",
}
ENGLISH_EXAMPLE: Final = {"store": "Example: district store", "place": "Shelter, Shiniushan Road"}


@dataclass(frozen=True)
class _Found:
    time: TravelTime
    before: TravelTime | None
    changed: Mapping[str, list[Any]]


@dataclass
class _Judge:
    """What the rows are compared with, read once for all of them."""

    region_code: str
    stores: Mapping[str, Collection[UUID]]
    known: Mapping[tuple[UUID, str], TravelTime]
    seen: dict[tuple[UUID, str], Row] = field(default_factory=dict)

    def judge(self, row: Row) -> None:
        """The row with what it would write, or with all that is wrong."""
        store_id, place = self._store(row), row.cells.get("place", "")
        if len(place) > PLACE_LENGTH:
            row.problems.append(CellProblem("place", _("This has more than %(most)s characters.") % {"most": PLACE_LENGTH}))
        numbers = {name: number for name in RANGES if (number := _number(row, name)) is not None}
        if "lon" in numbers and "lat" in numbers:
            row.place = numbers["lon"], numbers["lat"]
        if store_id is None or not place:
            return
        first = self.seen.setdefault((store_id, place), row)
        if first is not row:
            text = _("Line %(line)s has the same store and place.")
            row.problems.append(CellProblem("place", text % {"line": first.where}))
        before = self.known.get((store_id, place))
        if before is None:
            lacking = [name for name in ("lon", "lat", "minutes") if not row.cells.get(name)]
            row.problems += [CellProblem(name, _("This cell must not be empty.")) for name in lacking]
        if not row.problems:
            self._compare(row, store_id, place, numbers, before)

    def _store(self, row: Row) -> UUID | None:
        told = row.cells.get("store", "")
        found = self.stores.get(told, ())
        if told and not found:
            text = _("This area has no open store called “%(given)s”: write its name as in the list of stores, or its id.")
            row.problems.append(CellProblem("store", text % {"given": told[:40]}))
        elif len(found) > 1:
            text = _("Two stores are called “%(given)s”: write the id from the address of the store's page.")
            row.problems.append(CellProblem("store", text % {"given": told[:40]}))
        return next(iter(found)) if len(found) == 1 else None

    def _compare(self, row: Row, store_id: UUID, place: str, numbers: Mapping[str, float], before: TravelTime | None) -> None:
        if before is None:
            made = TravelTime(region_code=self.region_code, store_id=store_id, place=place, **numbers)
            row.verdict, row.found = ImportVerdict.NEW, _Found(made, None, {})
            return
        changed = difference(before, numbers)
        row.changes = [CellChange(name, _in_words(old), _in_words(new)) for name, (old, new) in changed.items()]
        row.found = _Found(before, before, changed)
        row.verdict = ImportVerdict.CHANGED if changed else ImportVerdict.SAME


def judge_times(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the stores and the times of the area as they are now. Two queries, however many rows."""
    known = {(one.store_id, one.place): one for one in TravelTime.objects.filter(region_code=region_code)}
    judge = _Judge(region_code, stores_by_word(region_code), known)
    for row in rows:
        row.name = " → ".join(filter(None, (row.cells.get("store", ""), row.cells.get("place", ""))))[:200]
        judge.judge(row)


def write_times(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New times and changed ones, with their entries in the audit trail."""
    require(actor, rights.LEAD, region_code)
    found: list[_Found] = [row.found for row in rows]
    written = []
    for one in found:
        for name, (_before, after) in one.changed.items():
            setattr(one.time, name, after)
        fields = dict(one.changed) if one.before else kept_of(one.time, names=_FIELDS)
        written.append(Written(one.time.pk, {"new": one.before is None, "fields": fields}))
    new, changed = [one for one in found if one.before is None], [one for one in found if one.before is not None]
    insert_all([one.time for one in new])
    save_all([one.time for one in changed], *RANGES)
    told = [(one.time.pk, region_code, {"place": one.time.place}) for one in new]
    record_audits(actor, "travel_time.entered", "travel_time", told)
    record_audits(actor, "travel_time.changed", "travel_time", [(one.time.pk, region_code, dict(one.changed)) for one in changed])
    return written


def undo_times(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New times go, changed ones say again what they said. Conflict where one was changed since."""
    require(actor, rights.LEAD, region_code)
    gone, restored = undo_plain(TravelTime, written)
    record_audits(actor, "travel_time.undone", "travel_time", [(one.pk, region_code, {"place": one.place}) for one in gone])
    record_audits(actor, "travel_time.restored", "travel_time", [(one.pk, region_code, {"place": one.place}) for one in restored])


@transaction.atomic
def remove_time(*, actor: "User", travel_time_id: UUID) -> TravelTime:
    """A way that is not driven so any more: plans reckon with the streets again. NotAllowed for who does not lead the supplies of
    the area.
    """
    seen = visible_times(actor).get(pk=travel_time_id)
    require(actor, rights.LEAD, seen.region_code)
    told: dict[str, object] = {"place": seen.place, "store": str(seen.store_id), "minutes": seen.minutes}
    record_audit(actor, "travel_time.removed", "travel_time", seen.pk, seen.region_code, told)
    TravelTime.objects.filter(pk=seen.pk).delete()
    return seen


TRAVEL_TIMES: Final = ImportKind(
    name="travel-times",
    title=pgettext_lazy("rows of a table", "Travel times from stores"),
    permission=rights.LEAD,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="supply_travel_times",
    judge=judge_times,
    write=write_times,
    undo=undo_times,
    place=("lon", "lat"),
    limits=lambda: UsualLimits(most_rows=50_000),
)


def _number(row: Row, name: str) -> float | None:
    """The number of a cell; None for an empty one, and beside a problem."""
    text = row.cells.get(name, "")
    if not text:
        return None
    try:
        number = float(text.replace(",", "").removeprefix("'"))
    except ValueError:
        row.problems.append(CellProblem(name, _("“%(given)s” is no number.") % {"given": text[:40]}))
        return None
    least, most = RANGES[name]
    if not (math.isfinite(number) and least <= number <= most):
        text = _("“%(given)s” lies outside what is possible: degrees of WGS84, 0.1 to 10,080 minutes, 0 to 5,000 km.") % {
            "given": text[:40]
        }
        row.problems.append(CellProblem(name, text))
        return None
    return number


def _in_words(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
