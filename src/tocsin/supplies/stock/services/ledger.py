"""The one way into the ledger: balances, lines and totals change in one transaction, or none of them does.

A balance is changed by a conditional UPDATE (`… WHERE free >= n`), never read first and written after: whoever comes second finds
less and is refused, however many come at once. Holdings are updated in the order of their numbers, so that two acts upon the same
lots wait for one another and never in a circle. Totals get rows of their own (`models._Figures`) and lock nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.bulk import write_rows
from tocsin.supplies.stock.models import BUCKETS, DayChange, Holding, Line, Movement, Total
from tocsin.supplies.stock.rules.ledger import GIVES_OUT, Move, State

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

AHEAD: Final = timedelta(minutes=5)
_DIMENSIONS: Final = ("region_code", "category", "owner_id", "reserve", "level")
_FIGURES: Final = tuple(BUCKETS.values())


class _Shape(NamedTuple):
    """Which columns one UPDATE changes, which it must find filled, and whether recalled lots refuse it."""

    changed: tuple[str, ...]
    taken: tuple[str, ...]
    guarded: bool


class NotEnough(Conflict):
    """A holding does not have what an act wanted to take from it, or is recalled."""

    def __init__(self, text: str, holding_id: int) -> None:
        super().__init__(text)
        self.holding_id = holding_id


def post(movement: Movement, moves: Sequence[Move]) -> None:
    """Writes an act with all its lines. Call it inside a transaction, last of all that the act writes.

    NotEnough where a holding has less, or is recalled and the act gives out: nothing is written then. InvalidInput for an act
    that lies in the future.
    """
    if movement.at > movement.written_at + AHEAD:
        raise InvalidInput(_("This lies in the future: enter when it happened."))
    if movement._state.adding:
        movement.save(force_insert=True)
    ordered = sorted(moves)
    _change_balances(ordered)
    _write_lines(movement, ordered)
    add_to_totals(_changes(ordered), movement.at)


def _change_balances(moves: Sequence[Move]) -> None:
    wanted = _wanted(moves)
    with connection.cursor() as cursor:
        for shape, rows in wanted.items():
            sql, parameters = _statement(shape), [_parameters(shape, one) for one in rows]
            try:
                with transaction.atomic():
                    cursor.executemany(sql, parameters)
                    if cursor.rowcount != len(rows):
                        raise _Refused
            except _Refused:
                _one_by_one(cursor, sql, rows, parameters)


class _Refused(Exception):
    """At least one row of a statement was not changed."""


@dataclass(frozen=True)
class _Wanted:
    """What one holding is to lose and to get."""

    holding_id: int
    changes: Mapping[str, int]
    takes: Mapping[str, int]


def _wanted(moves: Sequence[Move]) -> dict[_Shape, list[_Wanted]]:
    changes: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    takes: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    guarded = set[int]()
    for one in moves:
        if one.source is not State.OUTSIDE:
            changes[one.holding_id][BUCKETS[one.source]] -= one.amount
            takes[one.holding_id][BUCKETS[one.source]] += one.amount
        if one.target is not State.OUTSIDE:
            changes[one.holding_id][BUCKETS[one.target]] += one.amount
        if one.kind in GIVES_OUT:
            guarded.add(one.holding_id)
    shapes: dict[_Shape, list[_Wanted]] = defaultdict(list)
    for holding_id in sorted(changes):
        told, taken = changes[holding_id], takes.get(holding_id, {})
        shape = _Shape(tuple(sorted(told)), tuple(sorted(taken)), holding_id in guarded)
        shapes[shape].append(_Wanted(holding_id, dict(told), dict(taken)))
    return dict(sorted(shapes.items()))


def _statement(shape: _Shape) -> str:
    quote = connection.ops.quote_name
    changed = ", ".join(f"{quote(one)} = {quote(one)} + %s" for one in shape.changed)
    enough = "".join(f" AND {quote(one)} >= %s" for one in shape.taken)
    guard = f" AND NOT {quote('blocked')}" if shape.guarded else ""
    return f"UPDATE {quote(Holding._meta.db_table)} SET {changed} WHERE {quote('id')} = %s{enough}{guard}"  # noqa: S608 - names of our own models


def _parameters(shape: _Shape, one: _Wanted) -> tuple[int, ...]:
    return (*(one.changes[name] for name in shape.changed), one.holding_id, *(one.takes[name] for name in shape.taken))


def _one_by_one(cursor: "CursorWrapper", sql: str, rows: Sequence[_Wanted], parameters: Sequence[tuple[int, ...]]) -> None:
    """The same once more, so that the lot that refuses can be named."""
    for one, given in zip(rows, parameters, strict=True):
        cursor.execute(sql, given)
        if cursor.rowcount != 1:
            raise NotEnough(_why_not(one), one.holding_id)


def _why_not(wanted: _Wanted) -> str:
    holding = Holding.objects.select_related("lot", "store").filter(pk=wanted.holding_id).first()
    if holding is None:
        return _("There is no such holding.")
    named = {"lot": holding.lot.number, "store": holding.store.name}
    if holding.blocked and all(getattr(holding, name) >= amount for name, amount in wanted.takes.items()):
        return _("Lot %(lot)s is recalled: nothing of it is given out.") % named
    return _("Lot %(lot)s in %(store)s has less than that by now: look again and take less, or of another lot.") % named


def _write_lines(movement: Movement, moves: Sequence[Move]) -> None:
    count = len(moves)
    columns: dict[str, Sequence[object]] = {
        "movement": [movement.pk] * count,
        "holding": [one.holding_id for one in moves],
        "at": [movement.at] * count,
        "kind": [int(one.kind) for one in moves],
        "source": [int(one.source) for one in moves],
        "target": [int(one.target) for one in moves],
        "amount": [one.amount for one in moves],
    }
    write_rows(Line, columns)


type _Key = tuple[str, str, object, str, str]
type Changes = dict[_Key, list[int]]


def _changes(moves: Sequence[Move]) -> Changes:
    """What the moves change in the totals. The holdings are read after they were updated, so that a decision about which report
    of the same goods counts, which locks them too, lies wholly before or wholly behind.
    """
    names = ("pk", "counted", "pieces_per_unit", *_DIMENSIONS)
    ids = list({one.holding_id for one in moves})
    told = {pk: rest for pk, *rest in Holding.objects.filter(pk__in=ids).values_list(*names)}
    found: Changes = {}
    places = {state: at for at, state in enumerate(BUCKETS)}
    for one in moves:
        counted, pieces, *key = told[one.holding_id]
        if not counted:
            continue
        row = found.setdefault(tuple(key), [0] * len(BUCKETS))
        if one.source is not State.OUTSIDE:
            row[places[one.source]] -= one.amount * pieces
        if one.target is not State.OUTSIDE:
            row[places[one.target]] += one.amount * pieces
    return {key: row for key, row in found.items() if any(row)}


def add_to_totals(changes: Changes, at: datetime) -> None:
    """Adds rows to the totals, and to what the day changed."""
    if not changes:
        return
    keys = list(changes)
    columns: dict[str, Sequence[object]] = {
        name: [key[place] for key in keys] for place, name in enumerate(("region_code", "category", "owner", "reserve", "level"))
    }
    columns |= {name: [changes[key][place] for key in keys] for place, name in enumerate(_FIGURES)}
    write_rows(Total, columns)
    write_rows(DayChange, {**columns, "day": [timezone.localdate(at)] * len(keys)})


def whole_of(holdings: Iterable[Holding], sign: int) -> Changes:
    """All that these holdings have as changes of the totals: to take them out of the count, or in."""
    found: Changes = {}
    for one in holdings:
        key = (one.region_code, one.category, one.owner_id, one.reserve, one.level)
        row = found.setdefault(key, [0] * len(_FIGURES))
        for place, name in enumerate(_FIGURES):
            row[place] += sign * getattr(one, name) * one.pieces_per_unit
    return {key: row for key, row in found.items() if any(row)}
