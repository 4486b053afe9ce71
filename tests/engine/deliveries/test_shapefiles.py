"""Archives of Shapefiles: each is a layer, whatever folders and names it has; none leaves the folder that it is given."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyogrio
import pytest
import shapely

from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.vector_files import layers_of, read_layer

PARTS = ("shp", "shx", "dbf", "prj")


def packed(folder: Path, names: Sequence[str], *, parts: Sequence[str] = PARTS) -> bytes:
    """An archive with one Shapefile under each of the names, whose only row says its name."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            path = folder / f"{number}.shp"
            texts = [np.array([name], dtype=object)]
            points = np.asarray(shapely.to_wkb(shapely.points([120.4 + number], [36.1])))
            pyogrio.raw.write(str(path), points, texts, ["name"], geometry_type="Point", crs="EPSG:4490", encoding="UTF-8")
            for part in parts:
                archive.write(path.with_suffix(f".{part}"), f"{name}.{part}")
    return file.getvalue()


def told(content: bytes) -> dict[str, list[str]]:
    """The rows of each layer by their name."""
    return {layer: read_layer(content, layer).cells["name"].to_list() for layer in layers_of(content)}


@pytest.mark.parametrize(
    ("names", "layers"),
    [
        (["李沧/管点", "李沧/管线"], {"管点": ["李沧/管点"], "管线": ["李沧/管线"]}),
        (["a/points", "b/points"], {"points": ["a/points"], "points_2": ["b/points"]}),
        (["../../up", "C:\\down"], {"up": ["../../up"], "down": ["C:\\down"]}),
        (["one & only. (2)", "x"], {"one___only___2_": ["one & only. (2)"], "x": ["x"]}),
        (["alone"], {"file": ["alone"]}),
    ],
    ids=["Chinese, in a folder", "twice the same name", "out of the folder", "odd signs", "one"],
)
def test_each_is_a_layer(tmp_path: Path, names: list[str], layers: dict[str, list[str]]) -> None:
    assert told(packed(tmp_path, names)) == layers


def test_one_without_all_parts_is_refused(tmp_path: Path, english: None) -> None:
    with pytest.raises(InvalidInput, match="three parts at least"):
        layers_of(packed(tmp_path, ["a", "b"], parts=("shp", "dbf")))


def test_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    monkeypatch.setattr("tocsin.engine.deliveries.vector_files._MOST_SHAPEFILES", 1)
    with pytest.raises(InvalidInput, match="holds 2 Shapefiles: send 1 at a time"):
        layers_of(packed(tmp_path, ["a", "b"]))
