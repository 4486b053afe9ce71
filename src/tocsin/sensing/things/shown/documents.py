"""Entities as JSON: their properties, `@iot` annotations, links, expansions; sets, arrays of data, references."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from django.urls import reverse

from tocsin.base.time import datetime_from_ms
from tocsin.sensing.things.queries.registry import Page, Row
from tocsin.sensing.things.rules.entities import ENTITIES, Entity
from tocsin.sensing.things.rules.options import Question
from tocsin.sensing.things.rules.tree import Kind

_SPECIFICATION: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CONFORMANCE: Final = tuple(
    _SPECIFICATION + part
    for part in (
        "datamodel",
        "datamodel/thing",
        "datamodel/location",
        "datamodel/historical-location",
        "datamodel/datastream",
        "datamodel/sensor",
        "datamodel/observed-property",
        "datamodel/observation",
        "datamodel/feature-of-interest",
        "resource-path/resource-path-to-entities",
        "request-data/order",
        "request-data/expand",
        "request-data/select",
        "request-data/status-code",
        "request-data/query-status-code",
        "request-data/orderby",
        "request-data/top",
        "request-data/skip",
        "request-data/count",
        "request-data/filter",
        "request-data/built-in-filter-operations",
        "request-data/pagination",
    )
)
ARRAY: Final = ("@iot.id", "phenomenonTime", "resultTime", "result", "resultQuality")


def service(root: str) -> dict[str, Any]:
    """The root: every set, and which classes of the standard hold."""
    sets = [{"name": name, "url": f"{root}/{name}"} for name in ENTITIES]
    return {"value": sets, "serverSettings": {"conformance": list(CONFORMANCE)}}


def address_of(root: str, entity: Entity, row: Row) -> str:
    """The address of one entity."""
    key = row["@iot.id"]
    text = str(key) if entity.numbered else f"'{key}'"
    return f"{root}/{entity.name}({quote(text, safe=chr(39) + '()')})"


def describe(root: str, page: str, question: Question, row: Row) -> dict[str, Any]:
    """One entity; `page`: the address of a sensor's page, with `{}` for its id."""
    entity, selected = question.entity, question.selected
    here = address_of(root, entity, row)
    found: dict[str, Any] = {}
    for one in entity.properties:
        if not selected or one.name in selected or one.name.partition("/")[0] in selected:
            value = page.format(row[one.name]) if one.name == "metadata" else _plain(row[one.name], one.kind)
            _put(found, one.name, value)
            if one.name == "@iot.id":
                found["@iot.selfLink"] = here
    if "@iot.selfLink" in selected:
        found["@iot.selfLink"] = here
    expanded = {one.link: one.question for one in question.expansions}
    for link in entity.links:
        if link.name in expanded:
            _put_linked(found, root, page, here, expanded[link.name], link.name, row["_links"][link.name], many=link.many)
        elif not selected or link.name in selected:
            found[f"{link.name}@iot.navigationLink"] = f"{here}/{link.name}"
    return found


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """Below the names that it is made of."""
    *above, last = name.split("/")
    for part in above:
        found = found.setdefault(part, {})
    found[last] = value


def _put_linked(
    found: dict[str, Any], root: str, page: str, here: str, question: Question, link: str, behind: Page, *, many: bool
) -> None:
    told = [describe(root, page, question, row) for row in behind.rows]
    if not many:
        found[link] = told[0] if told else None
        return
    found[link] = told
    if behind.count is not None:
        found[f"{link}@iot.count"] = behind.count
    if behind.token:
        found[f"{link}@iot.nextLink"] = next_address(f"{here}/{link}", question, behind)


def _plain(value: Any, kind: Kind | None) -> Any:
    if value is None:
        return None
    if kind is Kind.PLACE:
        return None if value[0] is None else {"type": "Point", "coordinates": list(value)}
    if kind is Kind.TIME:
        return time_text(datetime_from_ms(value) if isinstance(value, int) else value)
    return str(value) if isinstance(value, UUID) else value


def time_text(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond.

    >>> time_text(datetime(2026, 11, 29, tzinfo=UTC))
    '2026-11-29T00:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def next_address(here: str, question: Question, page: Page) -> str:
    """Where the next page is: the same options, and the last entity of this page instead of a number of entities to skip."""
    options = [(name, value) for name, value in question.sent if name != "$skip"]
    if page.skip:
        options.append(("$skip", str(page.skip)))
    return f"{here}?{urlencode([*options, ('$skiptoken', page.token)], safe='$', quote_via=quote)}"


def whole_set(root: str, page_address: str, here: str, question: Question, page: Page) -> dict[str, Any]:
    """A page of a set."""
    found: dict[str, Any] = {} if page.count is None else {"@iot.count": page.count}
    if page.token:
        found["@iot.nextLink"] = next_address(here, question, page)
    if question.as_array:
        return found | {"value": _arrays(root, question, page.rows)}
    return found | {"value": [describe(root, page_address, question, row) for row in page.rows]}


def _arrays(root: str, question: Question, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Observations by their Datastream, each a list of values."""
    kinds = {one.name: one.kind for one in question.entity.properties}
    names = [name for name in (question.selected or ARRAY) if name in kinds]
    by_sensor: dict[int, list[list[Any]]] = {}
    for row in rows:
        values = [_plain(row[name], kinds[name]) for name in names]
        by_sensor.setdefault(row["_fields"]["index"], []).append(values)
    return [
        {
            "Datastream@iot.navigationLink": f"{root}/Datastreams({sensor})",
            "components": ["id" if name == "@iot.id" else name for name in names],
            "dataArray@iot.count": len(values),
            "dataArray": values,
        }
        for sensor, values in by_sensor.items()
    ]


def references(root: str, here: str, question: Question, page: Page) -> dict[str, Any]:
    """Only the addresses of the entities."""
    found: dict[str, Any] = {} if page.count is None else {"@iot.count": page.count}
    if page.token:
        found["@iot.nextLink"] = next_address(here, question, page)
    return found | {"value": [{"@iot.selfLink": address_of(root, question.entity, row)} for row in page.rows]}


def property_of(question: Question, page_address: str, row: Row, name: str) -> Any:
    """The value of one property, or of all that lie below its name."""
    found: Any = describe("", page_address, Question(entity=question.entity, selected=(name,)), row)
    for part in name.split("/"):
        found = found[part]
    return found


def sensor_page(base: str) -> str:
    """The address of a sensor's page, with `{}` for its id."""
    nobody = "00000000-0000-0000-0000-000000000000"
    return base + reverse("sensor", args=[nobody]).replace(nobody, "{}")
