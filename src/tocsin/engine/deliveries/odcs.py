"""Contracts as files: the Open Data Contract Standard (ODCS) 3.x in YAML or JSON; what it has no key for are custom properties.

Read are, of the one object of `schema`: `properties` with `name`, `businessName`, `logicalType`, `required`, `unique`,
`primaryKey`, `primaryKeyPosition`, `enum` and `logicalTypeOptions` (`minimum`, `maximum`, `pattern`); and the custom properties
below. Whatever else a contract says (team, price, servers) is for people.

| custom property | of | meaning |
| --- | --- | --- |
| `unit` | column | the unit of its numbers |
| `alsoCalled` | column | other headings that mean it |
| `openList` | column | further values than those of `enum` may come |
| `mask` | column | shown masked: all, ends or name |
| `clearFor` | column | who reads it whole besides its keepers: owner, agreement |
| `longitude`, `latitude` | object | columns of the place in degrees |
| `geometry` | object | kind of the rows' shapes: point, line, polygon, any |
| `coordinateSystem` | object | cgcs2000 (also wgs84), gcj02 or bd09 |
| `area` | object | west, south, east, north |
| `controlPoints` | object | places known for sure: key of the row → longitude, latitude |
| `newestIn` | object | the column whose newest moment must grow |
| `mayRepeat` | object | the same file may come twice |
| `leastRows`, `fewer`, `farFewer`, `slips` | object | see `tocsin.engine.deliveries.contract` |
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tocsin.base.datums import Datum
from tocsin.base.decoding import convert
from tocsin.base.documents import read_yaml
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.contract import Column, Contract, Kind
from tocsin.engine.deliveries.masks import Clear, Mask

_KINDS: Final = {
    "string": Kind.TEXT,
    "integer": Kind.WHOLE,
    "number": Kind.NUMBER,
    "boolean": Kind.YES_NO,
    "date": Kind.DAY,
    "timestamp": Kind.MOMENT,
}
_DATUMS: Final = {"wgs84": Datum.CGCS2000} | {one.value: one for one in Datum}


class CustomProperty(msgspec.Struct, frozen=True):
    """A pair of ODCS for what the standard has no key for."""

    property: str
    value: Any = None


class EnumValue(msgspec.Struct, frozen=True):
    """One allowed value."""

    value: str | int | float | bool


class TypeOptions(msgspec.Struct, frozen=True):
    """The options that are read; days as limits are not."""

    minimum: float | str | None = None
    maximum: float | str | None = None
    pattern: str = ""


class Property(msgspec.Struct, frozen=True, rename="camel"):
    """A column as ODCS writes it."""

    name: str
    business_name: str = ""
    logical_type: str = "string"
    logical_type_options: TypeOptions = TypeOptions()
    required: bool = False
    unique: bool = False
    primary_key: bool = False
    primary_key_position: int = -1
    enum: tuple[EnumValue, ...] = ()
    custom_properties: tuple[CustomProperty, ...] = ()


class SchemaObject(msgspec.Struct, frozen=True, rename="camel"):
    """A table as ODCS writes it."""

    name: str
    properties: tuple[Property, ...]
    custom_properties: tuple[CustomProperty, ...] = ()


class Document(msgspec.Struct, frozen=True, rename="camel"):
    """A contract as ODCS writes it."""

    api_version: str
    kind: str
    schema: tuple[SchemaObject, ...]
    id: str = ""
    name: str = ""
    version: str = ""


class ObjectOptions(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Custom properties of the object; unknown ones are refused, since a slip of the pen would switch a check off."""

    longitude: str = ""
    latitude: str = ""
    geometry: str = ""
    coordinate_system: str = "cgcs2000"
    area: tuple[float, float, float, float] | None = None
    control_points: dict[str, tuple[float, float]] = {}
    newest_in: str = ""
    may_repeat: bool = False
    least_rows: int = 1
    fewer: float = 0.1
    far_fewer: float = 0.3
    slips: float = 0.01


class ColumnOptions(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Custom properties of a column."""

    unit: str = ""
    also_called: tuple[str, ...] = ()
    open_list: bool = False
    mask: Mask | None = None
    clear_for: tuple[Clear, ...] = ()


def read_contract(text: str) -> Contract:
    """The contract of an ODCS document; InvalidInput names the key that can't be read.

    >>> wells = "{name: wells, properties: [{name: depth, logicalType: number}]}"
    >>> read_contract("{apiVersion: v3.2.0, kind: DataContract, schema: [%s]}" % wells).columns[0].kind
    <Kind.NUMBER: 'number'>
    """
    document = _as(read_yaml(text), Document, "the contract")
    if document.kind != "DataContract" or not document.api_version.startswith("v3."):
        raise InvalidInput("This is no contract of ODCS 3: apiVersion is %(found)s.", found=document.api_version or "missing")
    if len(document.schema) != 1:
        raise InvalidInput("A contract is for one table; this one has %(count)s.", count=len(document.schema))
    table = document.schema[0]
    told = _as(_pairs(table.custom_properties), ObjectOptions, f"customProperties of {table.name}")
    datum = _DATUMS.get(told.coordinate_system.lower().replace("-", ""))
    if datum is None:
        raise InvalidInput("coordinateSystem is one of %(known)s.", known=", ".join(_DATUMS))
    columns = tuple(_column(one) for one in table.properties)
    names = [one.name for one in columns]
    _check_masks(columns, (told.longitude, told.latitude))
    for key in (told.longitude, told.latitude, told.newest_in):
        if key and key not in names:
            raise InvalidInput("The contract names the column %(name)s, which it does not have.", name=key)
    if len(set(names)) < len(names):
        raise InvalidInput("A column stands in the contract twice: %(name)s.", name=max(names, key=names.count))
    keys = sorted((one for one in table.properties if one.primary_key), key=lambda one: one.primary_key_position)
    return Contract(
        name=document.name or table.name,
        columns=columns,
        key=tuple(one.name for one in keys),
        longitude=told.longitude,
        latitude=told.latitude,
        shapes=told.geometry,
        datum=datum,
        area=told.area,
        control_points=told.control_points,
        moment=told.newest_in,
        changes=not told.may_repeat,
        least_rows=told.least_rows,
        fewer=told.fewer,
        far_fewer=told.far_fewer,
        slips=told.slips,
    )


def _column(written: Property) -> Column:
    kind = _KINDS.get(written.logical_type)
    if kind is None:
        known = {"name": written.name, "kind": written.logical_type, "known": ", ".join(_KINDS)}
        raise InvalidInput("%(name)s: logicalType %(kind)s is not read here; use one of %(known)s.", **known)
    told = _as(_pairs(written.custom_properties), ColumnOptions, f"customProperties of {written.name}")
    options = written.logical_type_options
    return Column(
        name=written.name,
        kind=kind,
        also=tuple(one for one in (written.business_name, *told.also_called) if one),
        required=written.required or written.primary_key,
        unique=written.unique,
        unit=told.unit,
        least=options.minimum if isinstance(options.minimum, float | int) else None,
        most=options.maximum if isinstance(options.maximum, float | int) else None,
        pattern=options.pattern,
        values=frozenset(_text(one.value) for one in written.enum),
        open=told.open_list,
        mask=told.mask,
        clear_for=frozenset(told.clear_for),
    )


def _check_masks(columns: tuple[Column, ...], places: tuple[str, str]) -> None:
    """A mask that could not hold is refused."""
    for one in columns:
        if one.mask is None and one.clear_for:
            raise InvalidInput("%(name)s: clearFor stands beside a mask only.", name=one.name)
        if one.mask is not None and one.name in places:
            raise InvalidInput("%(name)s: a column of the place can't be masked, since the map shows the place.", name=one.name)
        if one.mask not in (None, Mask.ALL) and one.kind is not Kind.TEXT:
            raise InvalidInput("%(name)s: only texts have ends; use the mask all.", name=one.name)


def _text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pairs(written: tuple[CustomProperty, ...]) -> Mapping[str, Any]:
    return {one.property: one.value for one in written}


def _as[T](value: Any, kind: type[T], where: str) -> T:
    try:
        return convert(value, kind)
    except msgspec.ValidationError as error:
        raise InvalidInput("%(where)s: %(why)s.", where=where, why=error) from None
