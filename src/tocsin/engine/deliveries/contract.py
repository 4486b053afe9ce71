"""What a department has promised to deliver: columns with kinds, units and limits, the key, the place, how much, how new."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tocsin.base.datums import Datum
from tocsin.engine.deliveries.masks import Clear, Mask


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `also`: other headings that mean it. `values`: the only ones allowed, or those known where the list is `open`.

    `unit`: as the contract writes it; the values themselves are compared with those of the last delivery. `mask`: how it is shown
    to others than keepers and `clear_for`.
    """

    name: str
    kind: Kind = Kind.TEXT
    also: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    unit: str = ""
    least: float | None = None
    most: float | None = None
    pattern: str = ""
    values: frozenset[str] = frozenset()
    open: bool = False
    mask: Mask | None = None
    clear_for: frozenset[Clear] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The promise for one resource.

    `key`: columns that name a row. `longitude`, `latitude`: columns of places in degrees of `datum`; with `shapes` the places
    are those of geometries, of that kind (`point`, `line`, `polygon`; "any"). `area`: west, south, east, north in degrees.
    `control_points`: places of rows by their key, known for sure, in the same datum. `moment`: the column whose newest value
    must grow from one delivery to the next. `changes`: two deliveries are never the same file. `fewer`, `far_fewer`: a share of
    rows or of keys that may be missing against the delivery before; beyond the second it is a part of a file. `slips`: the
    share of rows that may be wrong in a delivery that is used.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    longitude: str = ""
    latitude: str = ""
    shapes: str = ""
    datum: Datum = Datum.CGCS2000
    area: tuple[float, float, float, float] | None = None
    control_points: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    moment: str = ""
    changes: bool = True
    least_rows: int = 1
    fewer: float = 0.1
    far_fewer: float = 0.3
    slips: float = 0.01

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where it has none."""
        return self._by_name[name]

    def masks_for(self, reader: frozenset[Clear]) -> dict[str, Mask]:
        """By column how it is masked for a reader who is all of that."""
        return {
            one.name: one.mask for one in self.columns if one.mask is not None and not reader & (one.clear_for | {Clear.KEEPERS})
        }

    @property
    def _by_name(self) -> dict[str, Column]:
        return {one.name: one for one in self.columns}
