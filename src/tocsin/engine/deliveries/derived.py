"""A contract for a delivery that has none: what its columns hold is read off the cells, and written as ODCS."""

import re
from typing import Any, Final

import polars as pl
import shapely

from tocsin.engine.deliveries.cells import filled, read_cells
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.profile import Delivery

_LOGICAL: Final = {
    Kind.TEXT: "string",
    Kind.WHOLE: "integer",
    Kind.NUMBER: "number",
    Kind.YES_NO: "boolean",
    Kind.DAY: "date",
    Kind.MOMENT: "timestamp",
}
_KEYS: Final = re.compile(
    r"^(fid|id|gid|uid|uuid|code|no|objectid|编号|编码|代码|序号|.*(_id|code|编号|编码|代码))$",
    re.IGNORECASE,
)
_LONGITUDES: Final = ("lon", "lng", "longitude", "经度", "x")
_LATITUDES: Final = ("lat", "latitude", "纬度", "y")
_AS_CODE: Final = r"^0\d|^\d{16,}$"  # a number would lose its zeros, or its last digits
_SHAPES: Final = {0: "point", 4: "point", 1: "line", 5: "line", 3: "polygon", 6: "polygon"}


def derive_contract(delivery: Delivery, *, slug: str, name: str) -> str:
    """An ODCS document that this delivery keeps: kinds of columns, its key, its shapes; the same file may come twice.

    >>> cells = pl.DataFrame({"编号": ["01", "02"], "depth": ["2", "3"], "lon": ["120.1", "120.2"], "lat": ["36", "36.1"]})
    >>> from tocsin.engine.deliveries.odcs import read_contract
    >>> contract = read_contract(derive_contract(Delivery(cells, ""), slug="wells", name="Wells"))
    >>> contract.key, contract.longitude, [one.kind.value for one in contract.columns]
    (('编号',), 'lon', ['text', 'whole', 'number', 'number'])
    """
    import yaml

    kinds = {heading: delivery.kinds.get(heading) or _kind(delivery.cells[heading]) for heading in delivery.cells.columns}
    places = _places(delivery, kinds)
    kinds |= {heading: Kind.NUMBER for heading in places if heading in kinds}
    key = _key(delivery.cells, kinds)
    named = {heading: heading.lstrip("_") or f"column {at}" for at, heading in enumerate(kinds, 1)}
    properties = [_property(named[heading], heading, kind, key=heading == key) for heading, kind in kinds.items()]
    table: list[dict[str, Any]] = [{"property": "mayRepeat", "value": True}]
    if (shape := _shape(delivery)) is not None:
        table.append({"property": "geometry", "value": shape})
    elif places:
        table += [{"property": what, "value": named[one]} for what, one in zip(("longitude", "latitude"), places, strict=True)]
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": slug,
        "name": name,
        "version": "1.0.0",
        "status": "active",
        "schema": [{"name": slug, "logicalType": "object", "properties": properties, "customProperties": table}],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def _property(name: str, heading: str, kind: Kind, *, key: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "logicalType": _LOGICAL[kind]}
    if key:
        told["primaryKey"] = True
    if name != heading:
        told["customProperties"] = [{"property": "alsoCalled", "value": [heading]}]
    return told


def _kind(cells: pl.Series) -> Kind:
    held = cells.str.strip_chars().filter(filled(cells))
    if not len(held) or held.str.contains(_AS_CODE).any():
        return Kind.TEXT
    for kind in (Kind.WHOLE, Kind.NUMBER):
        if read_cells(held, kind).null_count() == 0:
            return kind
    if held.str.to_lowercase().is_in(["true", "false", "是", "否"]).all():
        return Kind.YES_NO
    if read_cells(held, Kind.MOMENT).null_count() == 0:
        return Kind.MOMENT if held.str.contains(":", literal=True).any() else Kind.DAY
    return Kind.TEXT


def _key(cells: pl.DataFrame, kinds: dict[str, Kind]) -> str | None:
    for heading, kind in kinds.items():
        if kind in (Kind.TEXT, Kind.WHOLE) and _KEYS.match(heading.strip()) and len(cells):
            column = cells[heading]
            if filled(column).all() and column.n_unique() == len(column):
                return heading
    return None


def _places(delivery: Delivery, kinds: dict[str, Kind]) -> tuple[str, ...]:
    """The headings of longitude and latitude in degrees, where both are there and can be such."""
    if delivery.shapes is not None:
        return ()
    found = []
    for names, most in ((_LONGITUDES, 180.0), (_LATITUDES, 90.0)):
        heading = next((one for one in kinds if one.strip().lower() in names), None)
        if heading is None or kinds[heading] not in (Kind.NUMBER, Kind.WHOLE):
            return ()
        numbers = read_cells(delivery.cells[heading], Kind.NUMBER).abs().max()
        if not isinstance(numbers, float) or numbers > most:
            return ()
        found.append(heading)
    return tuple(found)


def _shape(delivery: Delivery) -> str | None:
    if delivery.shapes is None:
        return None
    kinds = {_SHAPES.get(int(one), "any") for one in shapely.get_type_id(delivery.shapes) if one >= 0}
    return kinds.pop() if len(kinds) == 1 else "any"
