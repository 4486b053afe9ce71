"""Records as other platforms write them, read by a mapping that an operator has written. Pure.

A field of the mapping is the name of a column, a path into JSON (`smoke.flow`), or a constant that begins with `=`:

    fields = { firm = "creditCode", at = "time", value = "smoke.flow", source = "=emission_monitor", unit = "=Nm3/h" }
"""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from typing import Any

from tocsin.base.errors import InvalidInput

FORMS = ("json", "ndjson", "csv")
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
    """The rows of a file or an answer; InvalidInput says what about it can't be read.

    >>> read_rows(b'{"data": [{"a": 1}]}', RecordMapping("json", {}, rows="data"))
    [{'a': 1}]
    """
    text = _text(content)
    if mapping.form == "csv":
        first = text.partition("\n")[0]
        return list(csv.DictReader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count)))
    if mapping.form == "ndjson":
        return _objects(_json(line, f"line {number}: ") for number, line in enumerate(text.splitlines(), 1) if line.strip())
    if mapping.form != "json":
        raise InvalidInput(f"{mapping.form!r} is no form of records; known are {', '.join(FORMS)}")
    found = _json(text, "")
    for part in filter(None, mapping.rows.split(".")):
        if not isinstance(found, dict) or part not in found:
            raise InvalidInput(f"the answer has no {mapping.rows!r}")
        found = found[part]
    if not isinstance(found, list):
        raise InvalidInput(f"{mapping.rows or 'the answer'!r} is no list")
    return _objects(found)


def record_of(row: Mapping[str, Any], mapping: RecordMapping) -> dict[str, Any]:
    """The fields of one row: `at` an aware datetime, `value` a number, the others text. InvalidInput names field and column.

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
    return {name: value if name in ("at", "value") else str(value).strip() for name, value in record.items()}


def _value(row: Mapping[str, Any], source: str, name: str) -> Any:
    if source.startswith("="):
        return source[1:]
    found: Any = row
    for part in (source,) if source in row else source.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise InvalidInput(f"{name}: the row has no {source!r}")
        found = found[part]
    return "" if found is None else found


def _moment(value: Any, mapping: RecordMapping) -> datetime:
    told = mapping.fields.get("at", "")
    try:
        number = float(value)
    except (TypeError, ValueError):
        pass
    else:
        try:
            return datetime.fromtimestamp(number if number < _SECONDS_BELOW else number / 1000, tz=UTC)
        except (OverflowError, ValueError, OSError):
            raise InvalidInput(f"at ({told}): {value!r} is no time") from None
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise InvalidInput(f"at ({told}): {value!r} is no time; Unix milliseconds or 2026-11-25 08:00:00 are") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone(timedelta(hours=mapping.zone_h)))


def _number(value: Any, mapping: RecordMapping) -> float:
    if isinstance(value, bool):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        told = mapping.fields.get("value", "")
        raise InvalidInput(f"value ({told}): {value!r} is no number; name it under `words` if it stands for one") from None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            raise InvalidInput("neither UTF-8 nor GB 18030 text") from None


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput(f"{place}no JSON") from None


def _objects(found: Iterable[Any]) -> list[Mapping[str, Any]]:
    rows = list(found)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise InvalidInput(f"row {number} is no object")
    return rows
