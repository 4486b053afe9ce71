"""Rows of a city's file as pieces of the ground: which part, of which kind, under which name, or why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import shapely
from numpy.typing import NDArray

from tocsin.atlas.layers.rules.ground import ALWAYS_OF_A_KIND, KINDS, PARTS, GroundFeature
from tocsin.base.datums import Datum, convert

_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class GroundWords:
    """What the city's files call things: words in the names of layers by part, words of kinds by part and kind, and the headings
    of the columns `part`, `kind`, `name` and `name_en`.
    """

    parts: Mapping[str, Sequence[str]]
    kinds: Mapping[str, Mapping[str, Sequence[str]]]
    columns: Mapping[str, Sequence[str]]

    def part_of(self, name: str) -> str:
        """The part that the name of a layer or a file speaks of, by the longest word in it; empty where it speaks of none.

        >>> GroundWords({"rail": ["rail"], "road": ["road", "道路"]}, {}, {}).part_of("gis_osm_railroads")
        'rail'
        """
        lowered = name.lower()
        found = [(len(word), part) for part, words in self.parts.items() for word in (part, *words) if word.lower() in lowered]
        return max(found, key=lambda one: one[0])[1] if found else ""


class FaultCode(StrEnum):
    """Why a row, a layer or all of the files can't be read. REFUSED: the words are the figure `template`."""

    NO_PART = "no_part"
    UNKNOWN_PART = "unknown_part"
    UNKNOWN_KIND = "unknown_kind"
    NO_SHAPES = "no_shapes"
    NO_SHAPE = "no_shape"
    OTHER_SHAPE = "other_shape"
    OUTSIDE = "outside"
    TOO_MANY = "too_many"
    TOO_HEAVY = "too_heavy"
    REFUSED = "refused"


@dataclass(frozen=True)
class GroundFault:
    """What can't be read: `row` counts from 1, 0 is the layer itself; the figures stand in its words."""

    file: str
    layer: str
    row: int
    code: FaultCode
    figures: dict[str, str | int] = field(default_factory=dict)


class TableReader:
    """Reads the layers of one file after another; what they hold and what can't be read is gathered here."""

    def __init__(self, words: GroundWords, datum: Datum) -> None:
        self.features: list[GroundFeature] = []
        self.faults: list[GroundFault] = []
        self._words, self._datum = words, datum
        self._kinds = {
            part: {word.lower(): kind for kind, said in words.kinds.get(part, {}).items() for word in (kind, *said)}
            | {kind: kind for kind in kinds}
            for part, kinds in KINDS.items()
        }

    def read(self, file: str, layer: str, columns: Mapping[str, Sequence[str | None]], shapes: NDArray[Any] | None) -> None:
        """One layer: its columns of texts under its own headings, and its geometries row by row."""
        if shapes is None or not len(shapes):
            self._refuse(file, layer, 0, FaultCode.NO_SHAPES)
            return
        told = [self._column(columns, one) for one in ("part", "kind", "name", "name_en")]
        usual = self._words.part_of(layer) or self._words.part_of(file)
        if not usual and told[0] is None:
            self._refuse(file, layer, 0, FaultCode.NO_PART, known=", ".join(PARTS))
            return
        flat = shapely.force_2d(shapes)
        if self._datum is not Datum.CGCS2000:
            flat = shapely.transform(flat, lambda lonlat: convert(lonlat, self._datum, Datum.CGCS2000))
        rows = zip(*(one or [None] * len(flat) for one in told), strict=True)
        for number, (cells, shape, box) in enumerate(zip(rows, flat, shapely.bounds(flat), strict=True), 1):
            part, kind, *names = (" ".join((one or "").split()) for one in cells)
            fault = self._take(part or usual, kind, names, shape, box)
            if fault is not None:
                self._refuse(file, layer, number, fault[0], **fault[1])

    def _column(self, columns: Mapping[str, Sequence[str | None]], one: str) -> Sequence[str | None] | None:
        """What the file tells of it; of several headings the first that the city's words name."""
        known = {name.strip().lower(): values for name, values in columns.items()}
        return next((known[word.lower()] for word in (one, *self._words.columns[one]) if word.lower() in known), None)

    def _take(
        self, told: str, kind: str, names: Sequence[str], shape: shapely.Geometry | None, box: Iterable[float]
    ) -> tuple[FaultCode, dict[str, str]] | None:
        """Takes a row, or says why it can't be read, with the figures."""
        part = told if told in PARTS else self._words.part_of(told)
        if not part:
            return FaultCode.UNKNOWN_PART, {"part": repr(told[:40]), "known": ", ".join(PARTS)}
        known = self._kinds.get(part, {}).get(kind.lower(), "")
        if not known and part in ALWAYS_OF_A_KIND:
            return FaultCode.UNKNOWN_KIND, {"kind": repr(kind[:40]), "part": part, "known": ", ".join(KINDS[part])}
        if shape is None or shape.is_empty:
            return FaultCode.NO_SHAPE, {}
        wanted = PARTS[part][0]
        if shape.geom_type.removeprefix("Multi") != wanted:
            return FaultCode.OTHER_SHAPE, {"shape": shape.geom_type, "part": part, "wanted": wanted}
        west, south, east, north = box
        if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            return FaultCode.OUTSIDE, {}
        sound = sound_area(shape) if wanted == "Polygon" else shape
        if sound is None:
            return FaultCode.NO_SHAPE, {}
        name, name_en = (one[:_LONGEST_NAME] for one in names)
        self.features.append(GroundFeature(part, known, name, name_en or name, sound))
        return None

    def _refuse(self, file: str, layer: str, row: int, code: FaultCode, **figures: str) -> None:
        self.faults.append(GroundFault(file, layer, row, code, dict(figures)))


def sound_area(shape: shapely.Geometry) -> shapely.Geometry | None:
    """The area with its crossing edges mended; None where nothing of it is an area.

    >>> sound_area(shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")).area
    2.0
    """
    if shape.is_valid:
        return shape
    parts = [one for one in shapely.get_parts(shapely.make_valid(shape)) if one.geom_type.removeprefix("Multi") == "Polygon"]
    return shapely.union_all(parts) if parts else None
