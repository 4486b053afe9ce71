"""Records as other platforms write them, read by a mapping that an operator has written. Pure.

A field of the mapping is the name of a column, a path into JSON (`smoke.flow`), or a constant that begins with `=`:

    fields = { firm = "creditCode", at = "time", value = "smoke.flow", source = "=emission_monitor", unit = "=Nm3/h" }
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from typing import Any

from django.utils.translation import gettext_noop

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable
from tocsin.federation.rules.outcomes import Unreadable

FORMS = ("json", "ndjson", "csv")
MOST_CELLS = 2_000_000
MOST_BYTES = 32 * 1024 * 1024
MOST_TEXT = 500
_NO_CHARACTER = gettext_noop("%(field)s (%(column)s): “%(value)s” holds a character that no text may hold (NUL, half a pair)")
_NO_TIME = gettext_noop("at (%(column)s): “%(value)s” is no time; Unix milliseconds or 2026-11-25 08:00:00 are")
_NO_NUMBER = gettext_noop("value (%(column)s): “%(value)s” is no number; name it under `words` if it stands for one")
_SECONDS_BELOW = 10_000_000_000  # a number below is Unix seconds, above milliseconds


@dataclass(frozen=True)
class RecordMapping:
    """How rows become records. `rows`: path to the list inside JSON, empty where it is the list itself. `fields`: what each field
    is taken from. `zone_h`: hours east of UTC that times without a zone mean. `words`: values in words as numbers, by field.
    """

    form: str
    fields: Mapping[str, str]
    rows: str = ""
    zone_h: float = 8.0
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def read_rows(content: bytes, mapping: RecordMapping) -> list[Mapping[str, Any]]:
    """The rows of a file or an answer; Unreadable says what about it can't be read.

    >>> read_rows(b'{"data": [{"a": 1}]}', RecordMapping("json", {}, rows="data"))
    [{'a': 1}]
    """
    text = _text(content)
    if mapping.form == "csv":
        return _csv(text)
    if mapping.form == "ndjson":
        return _objects(read_record(line, number) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    if mapping.form != "json":
        raise Unreadable(
            gettext_noop("%(form)s is no form of records; known are %(known)s"), form=mapping.form, known=", ".join(FORMS)
        )
    found = read_record(text)
    for part in filter(None, mapping.rows.split(".")):
        if not isinstance(found, dict) or part not in found:
            raise Unreadable(
                gettext_noop("the content has no “%(rows)s”, where the list of records is expected"), rows=mapping.rows
            )
        found = found[part]
    if not isinstance(found, list):
        raise Unreadable(gettext_noop("“%(rows)s” is no list of records"), rows=mapping.rows or "JSON")
    return _objects(found)


def record_of(row: Mapping[str, Any], mapping: RecordMapping) -> dict[str, Any]:
    """The fields of one row: `at` an aware datetime, `value` a number, the others text. Unreadable names field and column.

    >>> mapping = RecordMapping("json", {"firm": "code", "at": "t", "value": "v", "source": "=video"})
    >>> record_of({"code": "A", "t": "2026-11-25 08:00", "v": "3"}, mapping)["value"]
    3.0
    """
    record = {name: _value(row, source, name) for name, source in mapping.fields.items()}
    words = {name: mapping.words.get(name, {}) for name in record}
    for name, value in record.items():
        if isinstance(value, str) and value in words[name]:
            record[name] = words[name][value]
    record["at"] = _moment(record.get("at"), mapping)
    record["value"] = _number(record.get("value"), mapping)
    texts = {name: str(value).strip() for name, value in record.items() if name not in ("at", "value")}
    for name, told in texts.items():
        if not is_storable(told):
            column = mapping.fields.get(name, "")
            raise Unreadable(_NO_CHARACTER, field=name, column=column, value=told)
        if len(told) > MOST_TEXT:
            raise Unreadable(gettext_noop("%(field)s: more than %(most)s characters"), field=name, most=MOST_TEXT)
    return {**texts, "at": record["at"], "value": record["value"]}


def _value(row: Mapping[str, Any], source: str, name: str) -> Any:
    if source.startswith("="):
        return source[1:]
    found: Any = row
    for part in (source,) if source in row else source.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise Unreadable(gettext_noop("%(field)s: the row has no “%(column)s”"), field=name, column=source)
        found = found[part]
    if isinstance(found, list | Mapping):
        raise Unreadable(gettext_noop("%(field)s: “%(column)s” is a list or an object, not one value"), field=name, column=source)
    return "" if found is None else found


def _moment(value: Any, mapping: RecordMapping) -> datetime:
    told = mapping.fields.get("at", "")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    else:
        try:
            return datetime.fromtimestamp(number if number < _SECONDS_BELOW else number / 1000, tz=UTC)
        except (OverflowError, ValueError, OSError):
            raise Unreadable(gettext_noop("at (%(column)s): “%(value)s” is no time"), column=told, value=value) from None
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise Unreadable(_NO_TIME, column=told, value=value) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone(timedelta(hours=mapping.zone_h)))


def _number(value: Any, mapping: RecordMapping) -> float:
    if isinstance(value, bool):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        told = mapping.fields.get("value", "")
        raise Unreadable(_NO_NUMBER, column=told, value=value) from None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            raise Unreadable(gettext_noop("neither UTF-8 nor GB 18030 text")) from None


def _csv(text: str) -> list[Mapping[str, Any]]:
    first = text.partition("\n")[0]
    rows: list[Mapping[str, Any]] = []
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), restkey="")
    try:
        for row in reader:
            rows.append(row)
            if len(rows) * max(1, len(reader.fieldnames or ())) > MOST_CELLS:
                raise Unreadable(gettext_noop("more than %(most)s cells: send them in parts"), most=MOST_CELLS)
    except csv.Error as error:
        raise Unreadable(gettext_noop("no table: near line %(line)s: %(words)s"), line=len(rows) + 2, words=error) from None
    return rows


def read_record(text: str | bytes, line: int = 1) -> Any:
    """The value of a JSON text that came from outside; Unreadable says from which line on it is none, or that it is too deep."""
    try:
        return read_json(text, most_bytes=MOST_BYTES, line=line)
    except InvalidInput as error:
        raise Unreadable(str(error.args[0]), **error.named) from None


def _objects(found: Iterable[Any]) -> list[Mapping[str, Any]]:
    rows = list(found)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise Unreadable(gettext_noop("row %(row)s is no object"), row=number)
    return rows
