"""Selections as files: their rows, their types, and where they say that they come from."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyogrio
import pytest
import shapely

from tests.atlas.exchange.hydrants import Reader
from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind
from tocsin.atlas.exchange.shown import files

pytestmark = pytest.mark.django_db

DOWNLOAD = "/collections/hydrants/download"
SELECTION: dict[str, object] = {"filter": "outlets = 3", "sortby": "-name", "properties": "outlets,name,seen_at"}


def test_csv_has_the_rows_and_a_sheet_of_provenance(read: Reader) -> None:
    response = read(DOWNLOAD, form="csv", **SELECTION)
    assert response.headers["Content-Disposition"].endswith("hydrants.csv.zip")
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        rows = list(csv.reader(io.StringIO(parts.read("hydrants.csv").decode("utf-8-sig"))))
        told = dict(csv.reader(io.StringIO(parts.read("provenance.csv").decode("utf-8-sig"))))
    assert rows[0] == ["_key", "outlets", "name", "seen_at", "_geometry"]
    assert [row[0] for row in rows[1:]] == ["h07", "h03", "h11"]
    assert rows[2][3:] == ["2026-11-04 08:00:00", "POINT (120.03 36.03)"]
    assert "outlets = 3" in told["Selection"]
    assert told["Rows"] == "3"


def test_excel_has_types_and_no_formula(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    response = read(DOWNLOAD, form="xlsx", **SELECTION)
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet, told = book.worksheets
    assert [cell.value for cell in sheet[2]][:3] == ["h07", 3, "Hydrant 7 消防栓"]
    assert sheet["D2"].is_date
    assert {row[0].value: row[1].value for row in told.rows}["Rows"] == "3"


def test_geopackage_is_read_by_gdal_with_its_provenance(read: Reader, tmp_path: Path) -> None:
    response = read(DOWNLOAD, form="gpkg", **SELECTION)
    path = tmp_path / "selection.gpkg"
    path.write_bytes(response.content)
    assert {str(name) for name, _kind in pyogrio.list_layers(path)} == {"hydrants", "provenance"}
    about: dict[str, Any] = pyogrio.read_info(path, layer="hydrants")
    assert about["features"] == 3
    assert "4326" in about["crs"]
    _meta, told = pyogrio.read_arrow(path, layer="provenance")
    assert "Selection" in told["what"].to_pylist()


def test_geojson_has_the_features_with_their_provenance(read: Reader) -> None:
    response = read(DOWNLOAD, form="geojson", **SELECTION)
    assert response.headers["Content-Type"] == "application/geo+json"
    told = json.loads(response.content)
    assert [one["id"] for one in told["features"]] == ["h07", "h03", "h11"] and told["provenance"]["Rows"] == "3"
    third = told["features"][1]
    assert third["geometry"] == {"type": "Point", "coordinates": [120.03, 36.03]}
    assert third["properties"]["outlets"] == 3 and third["properties"]["seen_at"].startswith("2026-11-04T00:00:00")


def test_shapefiles_hold_a_kind_of_geometry_each(tmp_path: Path) -> None:
    fields = (Field("nominal_pressure_kpa", FieldKind.NUMBER, "Pressure"), Field("nominal_pressure_max", FieldKind.BOOLEAN, "x"))
    made = FeatureCollection("mixed", "Mixed", "", fields, lambda _person: pl.LazyFrame())
    area = "POLYGON ((120 36, 121 36, 121 37, 120 36))"
    shapes = ["POINT (120 36)", "LINESTRING (120 36, 121 37)", area, None, "POINT (121 36)"]
    rows = pl.DataFrame(
        {
            "_key": [f"管{number}" for number in range(5)],
            "nominal_pressure_kpa": [1.5, 2.5, 3.5, None, 5.5],
            "nominal_pressure_max": [True, False, None, True, True],
            "_geometry": [None if one is None else shapely.to_wkb(shapely.from_wkt(one)) for one in shapes],
        }
    )
    with zipfile.ZipFile(io.BytesIO(files.FORMS["shp"].write(made, rows, [("Rows", "5")]))) as archive:
        archive.extractall(tmp_path)
        assert "nominal_pr,nominal_pressure_kpa,Pressure" in archive.read("columns.csv").decode()
        assert "Rows,5" in archive.read("provenance.csv").decode()
    found = {}
    for path in sorted(tmp_path.glob("*.shp")):
        about = pyogrio.read_info(path)
        found[path.stem] = (about["geometry_type"], about["features"], about["crs"])
    assert found == {
        "mixed_areas": ("Polygon", 1, "EPSG:4326"),
        "mixed_lines": ("LineString", 1, "EPSG:4326"),
        "mixed_points": ("Point", 2, "EPSG:4326"),
    }
    _meta, table = pyogrio.read_arrow(tmp_path / "mixed_points.shp")
    assert table["key"].to_pylist() == ["管0", "管4"] and table["nominal__1"].to_pylist() == [1, 1]
    assert pyogrio.read_info(tmp_path / "mixed.dbf")["features"] == 1, "rows without a place are a table"


def test_a_text_that_looks_like_a_formula_stays_a_text(read: Reader) -> None:
    from tests.atlas.exchange.hydrants import HYDRANTS, hydrants

    rows = hydrants(None).collect().head(1)  # type: ignore[arg-type]
    rows = rows.with_columns(name=files.pl.lit("=1+1\x01"))
    book = openpyxl.load_workbook(io.BytesIO(files.FORMS["xlsx"].write(HYDRANTS, rows, [("=a", "=b")])))
    assert (book.worksheets[0]["B2"].value, book.worksheets[0]["B2"].data_type) == ("=1+1", "s")
    packed = zipfile.ZipFile(io.BytesIO(files.FORMS["csv"].write(HYDRANTS, rows, [("=a", "=b")])))
    assert "'=1+1" in packed.read("hydrants.csv").decode()
    assert "'=a" in packed.read("provenance.csv").decode()


@pytest.mark.parametrize("form", files.FORMS)
def test_nothing_selected_is_a_file_without_rows(read: Reader, form: str) -> None:
    assert read(DOWNLOAD, form=form, filter="outlets = 99").status_code == 200


def test_too_much_is_refused_with_what_to_do(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(files.FORMS, "csv", replace(files.FORMS["csv"], most=5))
    response = read(DOWNLOAD, form="csv")
    assert response.status_code == 400
    assert "12 rows" in response.content.decode()
    assert read(DOWNLOAD, form="pdf").status_code == 400
