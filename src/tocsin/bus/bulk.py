"""Many rows at once into the database, by the quickest way each database has."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from time import monotonic
from typing import Any, cast
from uuid import UUID

from django.db import connection, models, transaction

from tocsin.bus.news import note_write

FIRST_BATCH, LEAST_BATCH, AIM_S = 100, 10, 0.1
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_all[M: models.Model](objects: Iterable[M]) -> list[M]:
    """New objects of one model into the database, as `bulk_create` puts them there, in a fraction of its time.

    Keys that the database gives are not read back. Call it inside a transaction.
    """
    found = list(objects)
    if not found:
        return found
    model = type(found[0])
    given = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    write_rows(model, {field.name: _values(field, found) for field in given})
    for one in found:
        one._state.adding, one._state.db = False, connection.alias
    return found


def in_batches[T](
    items: Sequence[T],
    write: Callable[[Sequence[T]], object],
    *,
    first: int | None = None,
    clock: Callable[[], float] = monotonic,
) -> int:
    """Writes the items some at a time, each batch in a transaction of its own that takes about 0.1 s, also where the machine is
    slow: others wait for one batch, not for all. What an error leaves unwritten is told by it; returns how many are written.
    `first`: how many the first batch takes, of which nothing is known yet; FIRST_BATCH where it is not said.
    """
    done, size = 0, FIRST_BATCH if first is None else first
    while done < len(items):
        began, batch = clock(), items[done : done + size]
        with transaction.atomic():
            write(batch)
        done += len(batch)
        took_s = max(clock() - began, 1e-3)
        size = max(LEAST_BATCH, min(2 * size, int(size * AIM_S / took_s)))
    return done


def _values(field: "models.Field[Any, Any]", objects: Sequence[models.Model]) -> list[Any]:
    if isinstance(field, models.JSONField):
        told = (getattr(one, field.attname) for one in objects)
        return [None if one is None else json.dumps(one, cls=field.encoder) for one in told]
    if type(field).pre_save is models.Field.pre_save:
        return [getattr(one, field.attname) for one in objects]
    return [field.pre_save(one, add=True) for one in objects]  # times that the field sets by itself


def save_all(objects: Sequence[models.Model], *names: str) -> None:
    """These fields of saved objects of one model into their rows: one prepared UPDATE. Call it inside a transaction."""
    if not objects:
        return
    fields = [cast("Any", type(objects[0])._meta.get_field(name)) for name in names]
    key = cast("Any", type(objects[0])._meta.pk)
    columns = {field.name: [getattr(one, field.attname) for one in objects] for field in (*fields, key)}
    change_rows(type(objects[0]), key.name, columns)


def change_rows(
    model: type[models.Model], key: str, columns: Mapping[str, Sequence[Any]], *, added: Collection[str] = frozenset()
) -> int:
    """Fields of the rows with these values of `key`, itself one of the columns, which are of one length: one prepared UPDATE.

    A field becomes what its column says; one of `added` becomes more by that much. Returns how many rows there were. Call it
    inside a transaction.
    """
    fields = {name: cast("Any", model._meta.get_field(name)) for name in columns if name != key}
    fields[key] = cast("Any", model._meta.get_field(key))
    ready = [[field.get_db_prep_save(value, connection) for value in columns[name]] for name, field in fields.items()]
    *changed, where = [(name, connection.ops.quote_name(field.column)) for name, field in fields.items()]
    set_to = ", ".join(f"{column} = {column} + %s" if name in added else f"{column} = %s" for name, column in changed)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {set_to} WHERE {where[1]} = %s", list(zip(*ready, strict=True)))  # noqa: S608 - names of our own models
        return int(cursor.rowcount)


def write_rows(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> int:
    """Adds rows given by field name and column, all of one length; returns how many. Call it inside a transaction.

    COPY on PostgreSQL, one prepared INSERT on SQLite: no signals, no defaults, no validation. Every field that has neither a
    default of the database nor null must be there. Values are None, bool, int, float, str, UUID, date and aware datetime.
    IntegrityError and its like as from any other statement.
    """
    fields = [model._meta.get_field(name) for name in columns]
    names = ", ".join(connection.ops.quote_name(cast("Any", field).column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    ready = [_ready(values) for values in columns.values()]
    if len({len(values) for values in ready}) > 1:
        raise ValueError("columns differ in length")
    if not ready or not ready[0]:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write("".join(["\t".join(row) + "\n" for row in zip(*ready, strict=True)]))
            note_write(model._meta.db_table)
        else:
            marks = ", ".join(["%s"] * len(ready))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(zip(*ready, strict=True)))  # noqa: S608 - names of our own models
    return len(ready[0])


def _ready(values: Sequence[Any]) -> Sequence[Any]:
    """The column as the database takes it; one of texts that need no change is handed on as it is."""
    if connection.vendor == "postgresql" and all(type(one) is str for one in values):
        whole = "".join(values)
        if not any(mark in whole for mark in "\\\t\n\r"):
            return values
    return [*map(_writer(values), values)]


def _writer(values: Sequence[Any]) -> Callable[[Any], Any]:
    """How one value of this column is handed to the database: text for COPY, else what the driver of SQLite takes."""
    kind = type(next((one for one in values if one is not None), None))
    if kind in (date, datetime):
        return {one: _moment(one) for one in set(values)}.__getitem__  # a column of many rows has few of them
    if connection.vendor != "postgresql":
        return (lambda one: None if one is None else one.hex) if kind is UUID else lambda one: one
    if issubclass(kind, str):
        return lambda one: "\\N" if one is None else one.translate(_ESCAPES)
    return lambda one: "\\N" if one is None else str(one)


def _moment(one: date | datetime | None) -> str | None:
    if connection.vendor == "postgresql":
        return "\\N" if one is None else one.isoformat()
    if isinstance(one, datetime):
        return connection.ops.adapt_datetimefield_value(one)
    return None if one is None else one.isoformat()
