"""What the process that reads elevation models makes of a file: heights where they are, or what is wrong with it."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rasterio.transform import Affine

from tests.atlas.terrain.elevation import GAUSS_KRUEGER, NORTH, SIDE, STEP, UTM, WEST, metres, slope, write_model
from tocsin.atlas.layers.queries.terrain_store import TerrainStore
from tocsin.atlas.layers.rules.terrain import TILE, decoded
from tocsin.atlas.layers.rules.vector_tiles import on_unit_square
from tocsin.atlas.layers.services.terrain.child import TerrainAnswer, TerrainOrder, read
from tocsin.base.datums import Datum, convert

HERE = (120.41, 36.17)


def order(folder: Path, *files: Path, **told: Any) -> TerrainOrder:
    given = {
        "datum": Datum.CGCS2000,
        "deepest_zoom": 14,
        "most_megapixels": 4,
        "most_tiles": 2000,
        "store_bytes": 1_000_000_000,
        "memory_bytes": 4_000_000_000,
        "cpu_s": 60,
    }
    named = tuple((one.name, str(one)) for one in files)
    return TerrainOrder(files=named, store=str(folder / "terrain"), **(given | told))


def height(folder: Path, answer: TerrainAnswer, lon: float, lat: float) -> float | None:
    """What the pixel has in which the place lies."""
    store = TerrainStore(folder / "terrain")
    x, y = (on_unit_square(np.array([[lon, lat]])) * 2**answer.zoom * TILE)[0].astype(int).tolist()
    found = store.tile(answer.zoom, x // TILE, y // TILE)
    store.close()
    if found is None or found[1][y % TILE, x % TILE]:
        return None
    return float(found[0][y % TILE, x % TILE])


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="degrees"),
        pytest.param({"crs": "EPSG:4326", "kind": "float64"}, id="WGS 84"),
        pytest.param({"kind": "int16", "nodata": -32768, "compress": "deflate"}, id="whole metres"),
        pytest.param({"kind": "int32", "scale": 0.01}, id="centimetres with their scale"),
        pytest.param({"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "lzw"}, id="tiled"),
        pytest.param({"crs": GAUSS_KRUEGER, "place": metres(532_000, 4_008_000, 30.0)}, id="Gauss-Krüger"),
        pytest.param({"crs": UTM, "place": metres(262_000, 4_010_000, 30.0)}, id="UTM"),
        pytest.param({"crs": GAUSS_KRUEGER, "place": metres(530_500, 4_007_000, 30.0, turned=20.0)}, id="turned"),
        pytest.param({"place": Affine.translation(WEST, NORTH - 0.072) @ Affine.scale(STEP, STEP)}, id="the south first"),
        pytest.param({"crs": GAUSS_KRUEGER, "place": metres(536_300, 4_005_000, 1.5), "shape": (900, 900)}, id="fine"),
    ],
)
def test_heights_lie_where_they_are(told: dict[str, Any], tmp_path: Path) -> None:
    answer = read(order(tmp_path, write_model(tmp_path / "dem.tif", **told)))
    assert answer.refused == ()
    rough = 0.6 if told.get("kind") == "int16" else 0.3
    found = height(tmp_path, answer, *HERE)
    assert found == pytest.approx(slope(*(np.array(one) for one in HERE)), abs=rough)
    assert answer.box[0] < HERE[0] < answer.box[2] and answer.box[1] < HERE[1] < answer.box[3]


def test_places_of_another_datum_are_moved_back(tmp_path: Path) -> None:
    (lon, lat) = convert(np.array([[WEST, NORTH]]), Datum.CGCS2000, Datum.GCJ02)[0].tolist()
    columns, rows = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    values = slope(WEST + columns * STEP, NORTH - rows * STEP)
    moved = write_model(tmp_path / "dem.tif", place=Affine.translation(lon, lat) @ Affine.scale(STEP, -STEP), values=values)
    answer = read(order(tmp_path, moved, datum=Datum.GCJ02))
    assert height(tmp_path, answer, *HERE) == pytest.approx(slope(*(np.array(one) for one in HERE)), abs=0.5)


@pytest.mark.parametrize(
    ("hole", "told"),
    [
        pytest.param(-32768, {"kind": "int16", "nodata": -32768}, id="declared"),
        pytest.param(-9999, {"kind": "int16"}, id="undeclared"),
        pytest.param(-32768, {"kind": "int16"}, id="undeclared, of NASA"),
        pytest.param(np.nan, {}, id="not a number"),
        pytest.param(-3.4028235e38, {}, id="the least of all"),
        pytest.param(7, {"kind": "int16", "nodata": 7}, id="a height that stands for none"),
    ],
)
def test_a_hole_stays_a_hole_and_no_cliff_is_drawn_round_it(hole: float, told: dict[str, Any], tmp_path: Path) -> None:
    values = np.full((SIDE, SIDE), 80.0)
    values[90:130, 90:130] = hole
    answer = read(order(tmp_path, write_model(tmp_path / "dem.tif", values=values, **told)))
    lon, lat = WEST + 110 * STEP, NORTH - 110 * STEP
    assert height(tmp_path, answer, lon, lat) is None
    assert (answer.lowest_m, answer.highest_m) == (80.0, 80.0)
    assert answer.void_share == pytest.approx(40 * 40 / SIDE**2, abs=1e-4)
    store = TerrainStore(tmp_path / "terrain")
    for z in range(6, answer.zoom + 1):
        for x, y in store.places(z):
            found = store.tile(z, x, y)
            assert found is not None and found[0].min() == found[0].max() == 80.0
    store.close()


def test_of_two_files_the_finer_counts_and_the_coarser_stands_in_for_it(tmp_path: Path) -> None:
    fine = np.full((80, 80), 300.0)
    fine[:40] = np.nan
    place = Affine.translation(120.40, 36.18) @ Affine.scale(STEP / 2, -STEP / 2)
    answer = read(order(tmp_path, write_model(tmp_path / "a.tif"), write_model(tmp_path / "fine.tif", values=fine, place=place)))
    assert height(tmp_path, answer, 120.406, 36.170) == pytest.approx(300.0, abs=0.2)
    there = slope(np.array(120.406), np.array(36.178))
    assert height(tmp_path, answer, 120.406, 36.178) == pytest.approx(float(there), abs=0.6)


def test_files_far_from_each_other_make_no_tiles_between_them(tmp_path: Path) -> None:
    far = Affine.translation(102.0, 25.0) @ Affine.scale(STEP, -STEP)
    answer = read(
        order(
            tmp_path, write_model(tmp_path / "a.tif"), write_model(tmp_path / "b.tif", values=np.zeros((SIDE, SIDE)), place=far)
        )
    )
    assert answer.refused == () and answer.tiles < 60


def test_a_coarser_tile_is_the_mean_of_its_four_and_a_missing_one_looks_as_the_one_above(tmp_path: Path) -> None:
    answer = read(order(tmp_path, write_model(tmp_path / "dem.tif", values=np.full((SIDE, SIDE), 42.0))))
    store = TerrainStore(tmp_path / "terrain")
    assert [len(list(store.places(z))) > 0 for z in range(6, answer.zoom + 1)] == [True] * (answer.zoom - 5)
    x, y = next(iter(store.places(answer.zoom)))
    beside = store.drawn(answer.zoom, x - 1, y)
    store.close()
    with Image.open(io.BytesIO(beside)) as picture:
        assert decoded(np.asarray(picture.convert("RGB"))).max() == 42.0


def truncated(folder: Path) -> Path:
    path = write_model(folder / "bad.tif", tiled=True, blockxsize=64, blockysize=64)
    path.write_bytes(path.read_bytes()[:120_000])
    return path


def headless(folder: Path) -> Path:
    path = write_model(folder / "bad.tif")
    path.write_bytes(path.read_bytes()[:60])
    return path


def no_tiff(folder: Path) -> Path:
    path = folder / "bad.tif"
    path.write_bytes(b"%PDF-1.7 heights of the city")
    return path


def one_piece(folder: Path) -> Path:
    values = np.zeros((1700, 1700))
    return write_model(folder / "bad.tif", values=values, kind="float64", compress="deflate", blockysize=1700)


def with_value(value: float) -> Any:
    def write(folder: Path) -> Path:
        values = np.full((SIDE, SIDE), 20.0)
        values[12, 34] = value
        return write_model(folder / "bad.tif", values=values)

    return write


def of(**told: Any) -> Any:
    return lambda folder: write_model(folder / "bad.tif", **told)


@pytest.mark.parametrize(
    ("write", "told"),
    [
        pytest.param(no_tiff, "it is no TIFF", id="no TIFF"),
        pytest.param(headless, "whose beginning can't be read", id="cut off at its head"),
        pytest.param(truncated, "rows 65 to 128", id="cut off"),
        pytest.param(of(crs=None), "nothing says where it lies", id="no CRS"),
        pytest.param(of(place=Affine.identity()), "nothing says where it lies", id="no place"),
        pytest.param(of(bands=3), "it has 3 bands", id="a picture"),
        pytest.param(of(kind="uint8"), "its values are uint8", id="grey"),
        pytest.param(of(crs="EPSG:4214"), "Beijing_1954", id="Beijing 1954"),
        pytest.param(
            of(crs='LOCAL_CS["city",UNIT["metre",1]]', values=np.zeros((9, 9))), "a local one", id="a city's own system"
        ),
        pytest.param(of(unit="ft"), "“ft”", id="feet"),
        pytest.param(
            of(place=metres(500_000, 4_000_000, 30.0), values=np.zeros((9, 9))), "outside the map", id="metres as degrees"
        ),
        pytest.param(with_value(45_000.0), "row 13, column 35 holds 45,000", id="absurd"),
        pytest.param(with_value(-12_000.0), "row 13, column 35 holds -12,000", id="too deep"),
        pytest.param(of(values=np.full((9, 9), np.nan)), "no pixel of it has a height", id="nothing in it"),
        pytest.param(of(shape=(10, 500_000), values=np.zeros((10, 500_000))), "are more than the 4 million", id="too large"),
    ],
)
def test_a_bad_file_is_told_with_what_is_wrong(write: Any, told: str, tmp_path: Path) -> None:
    good = write_model(tmp_path / "good.tif")
    answer = read(order(tmp_path, good, write(tmp_path)))
    assert [one.file for one in answer.refused] == ["bad.tif"]
    (refusal,) = answer.refused
    assert told in refusal.template % refusal.figures
    assert not (tmp_path / "terrain").exists()


def test_a_piece_that_is_too_large_to_unpack_is_refused_before_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.atlas.layers.services.terrain.files.MOST_OF_A_PIECE", 20_000_000)
    (refusal,) = read(order(tmp_path, one_piece(tmp_path))).refused
    assert "TILED=YES" in refusal.template and refusal.figures == {"columns": "1,700", "rows": "1,700"}


@pytest.mark.parametrize(
    ("told", "words"),
    [({"most_megapixels": 1}, "the 1 million pixels"), ({"most_tiles": 2}, "makes")],
)
def test_files_that_are_too_much_together_are_told_without_one_of_them(told: dict[str, int], words: str, tmp_path: Path) -> None:
    wide = np.zeros((700, 1000))
    place = Affine.translation(102.0, 25.0) @ Affine.scale(STEP, -STEP)
    files = write_model(tmp_path / "a.tif", values=wide), write_model(tmp_path / "b.tif", values=wide, place=place)
    (refusal,) = read(order(tmp_path, *files, **told)).refused
    assert refusal.file == "" and words in refusal.template % refusal.figures
