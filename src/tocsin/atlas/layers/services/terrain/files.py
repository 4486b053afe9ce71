"""GeoTIFFs of heights, opened by windows: what a file must be to count as heights, where it lies, what of it has none.

Runs in the process of its own that `child` is. What can't be read is an InvalidInput that says what, where in the file and how to
mend it.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.atlas.layers.rules.terrain import HIGHEST_M, LOWEST_M, Heights, Voids
from tocsin.base.datums import Datum, convert, metres_between
from tocsin.base.errors import InvalidInput

DEGREES: Final = "EPSG:4326"
AT_ONCE: Final = 4_000_000  # pixels that are in memory at once
MOST_OF_A_PIECE: Final = 64_000_000  # bytes of a strip or tile, which GDAL unpacks as a whole
_TIFF: Final = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_MOST_LATITUDE: Final = 85.0
_DATUMS: Final = ("China_2000", "CGCS2000", "China Geodetic Coordinate System 2000", "WGS_1984", "World Geodetic System 1984")
_KINDS: Final = ("int16", "uint16", "int32", "float32", "float64")
_METRES: Final = ("", "m", "metre", "metres", "meter", "meters", "米")
_NONE: Final = np.array([-9999, -32767, -32768, -99999, 32767, 65535, -2147483648], np.float64)
"""What programs write where there is no height; files often forget to say so."""
_NEVER: Final = 1e19  # nor is anything beyond


@dataclass(frozen=True)
class Model:
    """One file: `metres` a pixel, its edge in degrees."""

    name: str
    file: Any
    datum: Datum
    metres: float
    edge: NDArray[np.float64]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        (west, south), (east, north) = self.edge.min(axis=0).tolist(), self.edge.max(axis=0).tolist()
        return west, south, east, north

    def places_in(self, lonlat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Columns and rows, with fractions, of places in degrees."""
        from rasterio.warp import transform

        places = convert(lonlat, Datum.CGCS2000, self.datum)
        east, north = (np.asarray(one) for one in transform(DEGREES, self.file.crs, places[:, 0], places[:, 1]))
        columns, rows = ~self.file.transform @ (east, north)
        return columns, rows

    def read(self, left: int, top: int, right: int, low: int) -> tuple[Heights, Voids]:
        """Heights of a window and which of its pixels have none; InvalidInput names the rows that can't be unpacked."""
        values, voids = self._read(left, top, right, low)
        return np.where(voids, 0.0, values).astype(np.float32), voids

    def survey(self) -> "Survey":
        """Looks at every pixel once; InvalidInput names the first that is no height of the earth."""
        known, lowest, highest = 0, np.inf, -np.inf
        for window in self._windows():
            values, voids = self._read(*window)
            absurd = ~voids & ((values < LOWEST_M) | (values > HIGHEST_M))
            if absurd.any():
                row, column = np.argwhere(absurd)[0].tolist()
                raise _absurd(window[1] + row + 1, window[0] + column + 1, float(values[row, column]))
            there = values[~voids]
            if there.size:
                known, lowest, highest = known + there.size, min(lowest, float(there.min())), max(highest, float(there.max()))
        if not known:
            raise InvalidInput("no pixel of it has a height: was the wrong file exported?")
        return Survey(known, self.file.width * self.file.height, lowest, highest)

    def _windows(self) -> Iterator[tuple[int, int, int, int]]:
        """Left, top, right and lower edge of parts that follow the pieces in which the file is packed."""
        rows, columns = self.file.block_shapes[0]
        across = min(self.file.width, max(1, AT_ONCE // (rows * columns)) * columns)
        down = max(1, AT_ONCE // across)
        down -= down % rows if down > rows else 0
        for top in range(0, self.file.height, down):
            for left in range(0, self.file.width, across):
                yield left, top, min(self.file.width, left + across), min(self.file.height, top + down)

    def _read(self, left: int, top: int, right: int, low: int) -> tuple[NDArray[np.float64], Voids]:
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        try:
            read = self.file.read(1, window=Window(left, top, right - left, low - top), masked=True)
        except RasterioError:
            rows = self.file.block_shapes[0][0]
            if low - top > rows:  # which of the pieces it is
                for first in range(top, low, rows):
                    self._read(left, first, right, min(low, first + rows))
            raise InvalidInput(
                "rows %(first)s to %(last)s can't be unpacked: it is cut off or damaged; copy it again, and compare its size",
                first=f"{top + 1:,}",
                last=f"{low:,}",
            ) from None
        raw = np.ma.getdata(read).astype(np.float64)
        with np.errstate(invalid="ignore"):
            voids = np.ma.getmaskarray(read) | ~(np.abs(raw) < _NEVER) | np.isin(raw, _NONE)
        return raw * self.file.scales[0] + self.file.offsets[0], voids


@dataclass(frozen=True)
class Survey:
    """How many of a file's pixels have a height, and the lowest and the highest of them."""

    known: int
    pixels: int
    lowest_m: float
    highest_m: float


def open_model(name: str, path: str, opened: ExitStack, *, datum: Datum, most_megapixels: int) -> Model:
    """A file that may be read; InvalidInput for what is no heights, or does not say where they lie."""
    import rasterio
    from rasterio.errors import RasterioError

    with Path(path).open("rb") as beginning:
        if beginning.read(4) not in _TIFF:
            raise InvalidInput("it is no TIFF, whatever its name says: export the heights as a GeoTIFF")
    try:
        file = opened.enter_context(rasterio.open(path, driver="GTiff"))
    except RasterioError:
        raise InvalidInput("it is a TIFF whose beginning can't be read: cut off or damaged; copy it again") from None
    _check_values(file)
    _check_size(file, most_megapixels)
    _check_place(file)
    edge = _edge(file, datum)
    if not np.isfinite(edge).all() or np.abs(edge[:, 1]).max() > _MOST_LATITUDE or np.abs(edge[:, 0]).max() > 180:
        raise InvalidInput("it lies outside the map in degrees: does it name the right system of coordinates?")
    return Model(name, file, datum, _metres(file, datum), edge)


def check_sum(models: list[Model], most_megapixels: int) -> None:
    """InvalidInput where all files together have more pixels than a terrain may have."""
    if sum(one.file.width * one.file.height for one in models) > most_megapixels * 1_000_000:
        raise InvalidInput(
            "the files together have more than the %(most)s million pixels that a terrain may have: give fewer, or coarser ones",
            most=f"{most_megapixels:,}",
        )


def _absurd(row: int, column: int, value: float) -> InvalidInput:
    return InvalidInput(
        "row %(row)s, column %(column)s holds %(value)s: heights are metres from %(lowest)s to %(highest)s. Are they in another "
        "unit, or does the file not say which value stands for none?",
        row=f"{row:,}",
        column=f"{column:,}",
        value=f"{value:,.6g}",
        lowest=f"{LOWEST_M:,.0f}",
        highest=f"{HIGHEST_M:,.0f}",
    )


def _check_values(file: Any) -> None:
    if file.subdatasets:
        raise InvalidInput("it has %(count)s pictures in it: save the one with the heights alone", count=len(file.subdatasets))
    if file.count != 1:
        raise InvalidInput("it has %(count)s bands: a picture, not heights; an elevation model has one", count=file.count)
    if file.dtypes[0] not in _KINDS:
        raise InvalidInput(
            "its values are %(kind)s: heights are whole numbers of 16 or 32 bits, or floating point", kind=file.dtypes[0]
        )
    unit = file.units[0] or ""
    if unit.strip().lower() not in _METRES:
        raise InvalidInput("its heights are in “%(unit)s”: have them converted to metres", unit=unit[:40])


def _check_size(file: Any, most_megapixels: int) -> None:
    pixels = file.width * file.height
    if pixels > most_megapixels * 1_000_000:
        raise InvalidInput(
            "%(width)s by %(height)s pixels are more than the %(most)s million that a terrain may have: cut it, or save it "
            "coarser",
            width=f"{file.width:,}",
            height=f"{file.height:,}",
            most=f"{most_megapixels:,}",
        )
    rows, columns = file.block_shapes[0]
    if rows * columns * np.dtype(file.dtypes[0]).itemsize > MOST_OF_A_PIECE:
        raise InvalidInput(
            "it is packed in pieces of %(columns)s by %(rows)s pixels, too large to unpack: save it in tiles "
            "(gdal_translate -co TILED=YES -co COMPRESS=DEFLATE)",
            columns=f"{columns:,}",
            rows=f"{rows:,}",
        )


def _check_place(file: Any) -> None:
    """A datum of before CGCS2000 lies up to 100 m off, and no shift for it is public."""
    if file.crs is None or file.transform.is_identity:
        raise InvalidInput("nothing says where it lies: save it as a GeoTIFF with its system of coordinates inside")
    if file.transform.is_degenerate:
        raise InvalidInput("its pixels have no size: save it anew with the size of a pixel")
    if not (file.crs.is_geographic or file.crs.is_projected):
        raise InvalidInput("its system of coordinates is a local one without a place on the earth: convert it to CGCS2000 first")
    text = file.crs.to_wkt()
    name = text.partition('DATUM["')[2].partition('"')[0] or text.partition('ENSEMBLE["')[2].partition('"')[0]
    if name.removeprefix("D_") not in _DATUMS:
        raise InvalidInput("it is in the datum %(datum)s: have it converted to CGCS2000 first", datum=name[:80] or "?")


def _edge(file: Any, datum: Datum) -> NDArray[np.float64]:
    steps = np.linspace(0.0, 1.0, 21)
    ones, zeros = np.ones(21), np.zeros(21)
    across = np.concatenate([steps, steps, zeros, ones]) * file.width
    down = np.concatenate([zeros, ones, steps, steps]) * file.height
    return _in_degrees(file, across, down, datum)


def _in_degrees(file: Any, columns: NDArray[np.float64], rows: NDArray[np.float64], datum: Datum) -> NDArray[np.float64]:
    from rasterio.warp import transform

    x, y = file.transform @ (columns, rows)
    lon, lat = transform(file.crs, DEGREES, x, y)
    return convert(np.column_stack([lon, lat]), datum, Datum.CGCS2000)


def _metres(file: Any, datum: Datum) -> float:
    """How far two pixels in the middle lie from each other."""
    x, y = file.width / 2, file.height / 2
    corners = _in_degrees(file, np.array([x, x + 1, x]), np.array([y, y, y + 1]), datum)
    return float(np.mean(metres_between(corners[[0, 0]], corners[[1, 2]])))
